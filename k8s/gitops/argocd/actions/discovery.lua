-- Which of the actions make sense now. They change the live object: where Argo CD heals itself, Git has to be changed instead.
local off = obj.spec.mode == "Off"
local dry = obj.spec.dryRun == true
return {
  ["off"] = { ["disabled"] = off, ["displayName"] = "End the maintenance", ["iconClass"] = "fa fa-fw fa-play" },
  ["on"] = { ["disabled"] = not off, ["displayName"] = "Enter maintenance", ["iconClass"] = "fa fa-fw fa-wrench" },
  ["dry-run"] = { ["disabled"] = dry, ["displayName"] = "Only plan", ["iconClass"] = "fa fa-fw fa-list" },
  ["start"] = { ["disabled"] = not dry, ["displayName"] = "Carry out the plan", ["iconClass"] = "fa fa-fw fa-forward" },
}
