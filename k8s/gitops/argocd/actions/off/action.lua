obj.spec.mode = "Off"
return obj
