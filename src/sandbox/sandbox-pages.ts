import type { SandboxAnswer, SandboxRequest } from './sandbox.model.ts';
import type { ApiHouse } from './sandbox-api.ts';
import { notFound } from './sandbox-answers.ts';

export function answerPage(_house: ApiHouse, _request: SandboxRequest): SandboxAnswer {
  return notFound();
}
