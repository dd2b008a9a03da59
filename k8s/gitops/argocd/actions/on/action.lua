obj.spec.mode = "On"
return obj
