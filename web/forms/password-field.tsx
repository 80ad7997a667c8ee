import { PasswordInput } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';

/** As the contract's PASSWORD_LENGTH_MIN; copied, for the contract would bring zod along. */
const PASSWORD_LENGTH_MIN = 10;

/** Why a new password will not do, or null. */
export function passwordProblem(value: string): string | null {
  return value.length < PASSWORD_LENGTH_MIN ? `Use at least ${PASSWORD_LENGTH_MIN} characters.` : null;
}

/** A password that is being chosen. */
export function NewPasswordInput(props: ComponentPropsWithoutRef<typeof PasswordInput>) {
  return (
    <PasswordInput
      label="Password"
      description={`At least ${PASSWORD_LENGTH_MIN} characters; a few words are good.`}
      autoComplete="new-password"
      required
      withAsterisk={false}
      {...props}
    />
  );
}
