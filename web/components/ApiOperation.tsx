import type { ReactNode } from 'react';

import type { OpenApi, Operation, Schema } from '../api/openapi.ts';
import { objectIn, typeText } from '../api/openapi.ts';
import { Disclosure } from '../ui/Disclosure.tsx';
import { Markdown } from '../ui/Markdown.tsx';
import classes from './ApiOperation.module.css';

/** Deeper than this nobody reads, and a schema may name itself. */
const DEPTH_MAX = 4;

/** One operation: what it does, what it takes, what it answers. */
export function ApiOperation({ document, operation, id }: { document: OpenApi; operation: Operation; id: string }) {
  const { method, path, summary, description, parameters, body, answers } = operation;
  return (
    <article id={id} className={classes.operation}>
      <h3 className={classes.heading}>
        <span className={classes.method} data-method={method}>
          {method}
        </span>
        <code>{path}</code>
      </h3>
      <p className={classes.summary}>{summary}</p>
      {description !== undefined && <Markdown source={description} />}
      {parameters.length > 0 && (
        <>
          <h4 className={classes.part}>Parameters</h4>
          <dl className={classes.fields}>
            {parameters.map((parameter) => (
              <Field
                key={`${parameter.in} ${parameter.name}`}
                name={parameter.name}
                type={`${parameter.schema === undefined ? 'string' : typeText(parameter.schema)}, ${parameter.in}`}
                required={parameter.required === true}
                note={parameter.description ?? parameter.schema?.description}
              />
            ))}
          </dl>
        </>
      )}
      {body !== null && (
        <>
          <h4 className={classes.part}>Body</h4>
          <Fields document={document} schema={body} depth={0} />
        </>
      )}
      {answers.map(({ status, description: words, schema }) => (
        <Disclosure
          key={status}
          summary={`Answers ${status}${words === '' || words === 'Default Response' ? '' : `: ${words}`}`}
        >
          {schema === null ? <p>Without content.</p> : <Fields document={document} schema={schema} depth={0} />}
        </Disclosure>
      ))}
    </article>
  );
}

function Fields({ document, schema, depth }: { document: OpenApi; schema: Schema; depth: number }) {
  const object = objectIn(document, schema);
  if (object?.properties === undefined) return <p>{typeText(schema)}</p>;
  return (
    <dl className={classes.fields}>
      {Object.entries(object.properties).map(([name, field]) => (
        <Field
          key={name}
          name={name}
          type={typeText(field)}
          required={object.required?.includes(name) === true}
          note={noteOf(field)}
        >
          {depth < DEPTH_MAX && objectIn(document, field) !== null && (
            <Disclosure summary="Fields">
              <Fields document={document} schema={field} depth={depth + 1} />
            </Disclosure>
          )}
        </Field>
      ))}
    </dl>
  );
}

function noteOf(schema: Schema): string | undefined {
  const limits = [
    ...(schema.maxLength === undefined ? [] : [`at most ${schema.maxLength} characters`]),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
  const text = [schema.description, ...limits].filter((part) => part !== undefined).join(' · ');
  return text === '' ? undefined : text;
}

interface FieldProps {
  name: string;
  type: string;
  required: boolean;
  note: string | undefined;
  children?: ReactNode;
}

function Field({ name, type, required, note, children }: FieldProps) {
  return (
    <div className={classes.field}>
      <dt>
        <code>{name}</code> <span className={classes.type}>{type}</span>
        {!required && <span className={classes.type}> · optional</span>}
      </dt>
      {(note !== undefined || children !== undefined) && (
        <dd>
          {note}
          {children}
        </dd>
      )}
    </div>
  );
}
