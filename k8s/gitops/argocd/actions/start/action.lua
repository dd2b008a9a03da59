obj.spec.dryRun = false
return obj
