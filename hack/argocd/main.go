// Runs the scripts of an argocd-cm for one object with Argo CD's own code; built inside Argo CD's module by hack/argocd.sh.
// Reads {"configMap": {...}, "object": {...}}; prints the object's health, which actions it has, and what each of them makes of it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	appv1 "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/lua"
)

const settings = "resource.customizations."

type question struct {
	ConfigMap struct {
		Data map[string]string `json:"data"`
	} `json:"configMap"`
	Object map[string]any `json:"object"`
}

func main() {
	var q question
	must(json.NewDecoder(os.Stdin).Decode(&q))
	text, err := json.Marshal(q.Object)
	must(err)
	object := &unstructured.Unstructured{}
	must(object.UnmarshalJSON(text))

	vm := lua.VM{ResourceOverrides: overrides(q.ConfigMap.Data)}
	script, open, err := vm.GetHealthScript(object)
	must(err)
	vm.UseOpenLibs = open
	health, err := vm.ExecuteHealthLua(object, script)
	must(err)

	vm.UseOpenLibs = false
	discovery, err := vm.GetResourceActionDiscovery(object)
	must(err)
	actions, err := vm.ExecuteResourceActionDiscovery(object, discovery)
	must(err)
	disabled := map[string]bool{}
	after := map[string]any{}
	for _, action := range actions {
		disabled[action.Name] = action.Disabled
		definition, err := vm.GetResourceAction(object, action.Name)
		must(err)
		changed, err := vm.ExecuteResourceAction(object, definition.ActionLua, nil)
		must(err)
		if len(changed) != 1 || changed[0].K8SOperation != lua.PatchOperation {
			must(fmt.Errorf("%s is not one patch", action.Name))
		}
		after[action.Name] = changed[0].UnstructuredObj.Object
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"health": health, "disabled": disabled, "after": after}))
}

// The settings by group/kind, as Argo CD keeps them.
func overrides(data map[string]string) map[string]appv1.ResourceOverride {
	all := map[string]appv1.ResourceOverride{}
	for key, value := range data {
		what, kind, _ := strings.Cut(strings.TrimPrefix(key, settings), ".")
		kind = strings.Replace(kind, "_", "/", 1)
		override := all[kind]
		switch what {
		case "health":
			override.HealthLua = value
		case "actions":
			override.Actions = value
		default:
			must(fmt.Errorf("unknown setting %s", key))
		}
		all[kind] = override
	}
	return all
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
