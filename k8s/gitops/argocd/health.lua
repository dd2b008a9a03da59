-- The health of a NodeMaintenance as Argo CD shows it. Healthy is Ready=True: in maintenance, the machine may be serviced (or, with mode: Off, restored).
-- Degraded is Stalled=True: a gate refuses, or somebody has to act. A dry run is Suspended: it waits until somebody makes it none.
local health = { status = "Progressing", message = "the operator has not looked at it yet" }
if obj.status == nil or obj.status.conditions == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return health
end
local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end
local ready = conditions["Ready"]
if ready == nil then
  return health
end
health.message = ready.reason .. ": " .. ready.message
if conditions["Stalled"] ~= nil and conditions["Stalled"].status == "True" then
  health.status = "Degraded"
elseif ready.status == "True" then
  health.status = "Healthy"
  if conditions["Overdue"] ~= nil and conditions["Overdue"].status == "True" then
    health.message = health.message .. "; overdue: " .. conditions["Overdue"].message
  end
elseif ready.reason == "Planned" then
  health.status = "Suspended"
end
return health
