/** Default title of an issue made from an error (SPEC S2); the tenant's prefix is put before it. */
export const DEFAULT_ERROR_TITLE_TEMPLATE = '🐛 Sentry: {{ title }}';

/**
 * Default body of an issue made from an error (SPEC S2). The marker is put before it, outside any template's reach.
 *
 * A rule's templates are Liquid and may use, in title and body:
 *
 * - one line of text each, without control characters, secrets, pings and references, null where Sentry says nothing:
 *   `title`, `type`, `message`, `location`, `culprit`, `level`, `status`, `substatus`, `priority` (by the rule's thresholds),
 *   `sentry_priority`, `category`, `issue_type`, `platform`, `project` (slug), `project_name`, `short_id`, `release`,
 *   `environment`, `subtitle`, `tenant`; and `user` and `page` only where the rule lets personal data leave to a repository
 *   that is not public;
 * - `code.NAME`: each of them as a code span that nothing in it can break, also in a table;
 * - `events` and `users`, all-time, as numbers; `events_text` and `users_text` as 18,234;
 * - `first_seen`, `last_seen`: 2026-02-03 21:44 UTC;
 * - `permalink`: address in Sentry; `sentry_link`: the short id that leads there; `url`: the error's page here;
 * - `came_back`: #12, the closed issue of the same error that this one follows, or null;
 * - whole blocks: `message_block`, and `stack` or null: the latest stack trace;
 * - lists: `tags` (`name`, `value`), `evidence` of what Sentry found where it is no error (`name`, `value`), and `others`: more
 *   Sentry issues of the same error (`sentry_link`, `title`, `events_text`, `users_text`, `last_seen`), each text a code span
 *   where it is one; `others_left` counts those that had no room.
 */
export const DEFAULT_ERROR_BODY_TEMPLATE = `{% if came_back %}Came back after {{ came_back }} was closed.

{% endif %}{{ message_block }}

| | |
|:--|:--|
| **Sentry** | {{ sentry_link }} |
{%- if type %}
| **Type** | {{ code.type }} |
{%- endif %}
{%- if location %}
| **Location** | {{ code.location }} |
{%- endif %}
| **Level** | {{ code.level }} |
| **Events** | {{ events_text }} |
{%- if users > 0 %}
| **Users** | {{ users_text }} |
{%- endif %}
{%- if first_seen %}
| **First seen** | {{ first_seen }} |
{%- endif %}
{%- if last_seen %}
| **Last seen** | {{ last_seen }} |
{%- endif %}
| **Project** | {{ code.project_name }} |
{%- if release %}
| **Release** | {{ code.release }} |
{%- endif %}
{%- if environment %}
| **Environment** | {{ code.environment }} |
{%- endif %}
{%- if user %}
| **User** | {{ code.user }} |
{%- endif %}
{%- if page %}
| **Page** | {{ code.page }} |
{%- endif %}
{%- for tag in tags %}
| {{ tag.name }} | {{ tag.value }} |
{%- endfor %}
{% if stack %}
### Stack trace

{{ stack }}
{% endif %}
{%- if evidence.size > 0 %}
### What Sentry found

| | |
|:--|:--|
{%- for fact in evidence %}
| {{ fact.name }} | {{ fact.value }} |
{%- endfor %}
{% endif %}
{%- if others.size > 0 %}
### More Sentry issues of the same error

| Sentry | Title | Events | Users | Last seen |
|:--|:--|--:|--:|:--|
{%- for other in others %}
| {{ other.sentry_link }} | {{ other.title }} | {{ other.events_text }} | {{ other.users_text }} | {{ other.last_seen }} |
{%- endfor %}
{%- if others_left > 0 %}

…and {{ others_left }} more.
{%- endif %}
{% endif %}
<sub>Numbers as of filing. [This error]({{ url }}) in Throughline</sub>
`;
