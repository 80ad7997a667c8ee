import { Button, NativeSelect, PasswordInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { fieldErrors, sentenceOf } from '../api/errors.ts';
import { request } from '../api/request.ts';
import { RedNote } from '../ui/Notes.tsx';

const METHODS = [
  { value: 'HS256', label: 'Shared secret (HS256)' },
  { value: 'JWKS', label: 'Public keys at an address (RS256, EdDSA)' },
];

/** Trusts the tokens that a host app signs for its own users. */
export function TokenSignerForm() {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: '', issuer: '', audience: 'throughline', method: 'HS256', secret: '', jwks_url: '' },
  });
  const { method } = form.values;
  const trust = useMutation({
    mutationFn: ({ secret, jwks_url: jwksUrl, ...rest }: typeof form.values) =>
      request('createTokenSigner', {
        body:
          rest.method === 'JWKS'
            ? { ...rest, method: 'JWKS', jwks_url: jwksUrl }
            : { ...rest, method: 'HS256', secret },
      }),
    onSuccess: () => {
      form.reset();
      void client.invalidateQueries({ queryKey: ['token_signers'] });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => trust.mutate(values))}>
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
          <TextInput
            label="Host app"
            placeholder="Shop"
            required
            withAsterisk={false}
            {...form.getInputProps('name')}
          />
          <NativeSelect label="How it signs" data={METHODS} {...form.getInputProps('method')} />
          <TextInput
            label="Issuer (iss)"
            placeholder="https://shop.example.com"
            required
            withAsterisk={false}
            {...form.getInputProps('issuer')}
          />
          <TextInput label="Audience (aud)" required withAsterisk={false} {...form.getInputProps('audience')} />
        </SimpleGrid>
        {method === 'HS256' ? (
          <PasswordInput
            label="Secret"
            description="At least 32 characters"
            autoComplete="off"
            required
            withAsterisk={false}
            {...form.getInputProps('secret')}
          />
        ) : (
          <TextInput
            label="Address of the public keys"
            placeholder="https://shop.example.com/.well-known/jwks.json"
            type="url"
            required
            withAsterisk={false}
            {...form.getInputProps('jwks_url')}
          />
        )}
        {trust.isError && <RedNote title="Not saved">{sentenceOf(trust.error)}</RedNote>}
        <div>
          <Button type="submit" loading={trust.isPending}>
            Trust this app
          </Button>
        </div>
      </Stack>
    </form>
  );
}
