{{- define "rmo.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "rmo.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "rmo.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "rmo.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "rmo.selector" -}}
app.kubernetes.io/name: {{ include "rmo.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "rmo.labels" -}}
{{ include "rmo.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "rmo.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "rmo.fullname" .) -}}
{{- end -}}

{{- define "rmo.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* What the operator needs in each namespace that it serves: one text for the Roles and for the ClusterRole. */}}
{{- define "rmo.rules" -}}
- apiGroups: [redis-maintenance.dev]
  resources: [nodemaintenances]
  verbs: [get, list, watch, patch{{ if .Values.nodeName.allowed }}, create, delete{{ end }}]
- apiGroups: [redis-maintenance.dev]
  resources: [nodemaintenances/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, patch]
- apiGroups: [""]
  resources: [pods/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, create, patch, delete]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- if .Values.statefulSets.get }}
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get]
{{- end }}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [redis-maintenance]
  verbs: [get, update]
{{- end -}}

{{/* One operator serves all namespaces; of those that serve some, each has this one for itself. */}}
{{- define "rmo.nodesRole" -}}
{{- include "rmo.fullname" . }}-nodes{{ if .Values.watchNamespaces }}-{{ .Release.Namespace }}{{ end }}
{{- end -}}
