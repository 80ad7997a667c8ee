import { Liquid } from 'liquidjs';

/** Default title of an issue made from a report; the tenant's prefix is put before it. */
export const DEFAULT_TITLE_TEMPLATE = '{{ title }}';

/** Default body of an issue made from a report (SPEC R2). The marker is put before it, outside any template's reach. */
export const DEFAULT_BODY_TEMPLATE = `{{ description }}

| | |
|:--|:--|
{%- if reporter %}
| **Reported by** | {{ reporter }} |
{%- endif %}
| **Tenant** | {{ tenant }} |
{%- if severity %}
| **Severity** | {{ severity }} |
{%- endif %}
{%- if conversation_id %}
| **Conversation** | {{ conversation_id }} |
{%- endif %}
{%- for field in context %}
| **{{ field.name }}** | {{ field.value }} |
{%- endfor %}
{% for part in long_context %}
<details><summary>{{ part.name }}</summary>

{{ part.value }}

</details>
{% endfor %}
{%- if transcript %}
<details><summary>Conversation transcript</summary>

{{ transcript }}

</details>
{% endif %}
<sub>[Full report]({{ url }}) in Throughline</sub>
`;

// Data never becomes a template: Liquid only parses what an admin wrote, reads own properties, and has no file system here.
const engine = new Liquid({
  ownPropertyOnly: true,
  templates: {},
  relativeReference: false,
  strictVariables: false,
  strictFilters: true,
  parseLimit: 100_000,
  renderLimit: 1000,
  memoryLimit: 50_000_000,
});

/** Renders an admin's template. Throws with Liquid's words when it cannot be parsed or does too much. */
export function renderTemplate(template: string, data: Record<string, unknown>): string {
  return String(engine.parseAndRenderSync(template, data));
}

/** Why a template cannot be used, or null. Asked before it is saved. */
export function templateError(template: string): string | null {
  try {
    engine.parse(template);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
