import { Button, createTheme } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';

const line: MantineColorsTuple = [
  '#eef1fd',
  '#dfe5fb',
  '#bfcaf6',
  '#9db0f5',
  '#7389ea',
  '#5a72e4',
  '#4459d6',
  '#3549bd',
  '#2c3c9b',
  '#232f78',
];
const gray: MantineColorsTuple = [
  '#f7f6f3',
  '#efeeea',
  '#e4e2dc',
  '#d2d0c9',
  '#a9a7a0',
  '#86857f',
  '#5d5f67',
  '#44464d',
  '#2e3036',
  '#1b1c20',
];
const dark: MantineColorsTuple = [
  '#e7e6e3',
  '#c7c8cb',
  '#a0a3ac',
  '#7c808a',
  '#494c55',
  '#303239',
  '#212328',
  '#141518',
  '#0f1012',
  '#0a0b0c',
];
const red: MantineColorsTuple = [
  '#fdf0ee',
  '#fadfdc',
  '#f4beb9',
  '#f28b82',
  '#e0645a',
  '#cf463c',
  '#bb2f26',
  '#a5251d',
  '#861c16',
  '#661510',
];
const green: MantineColorsTuple = [
  '#ecf6f0',
  '#d6ecdf',
  '#aedbc1',
  '#6fc496',
  '#48a876',
  '#2f8f5d',
  '#247a4d',
  '#1b673f',
  '#155233',
  '#0f3d26',
];
const yellow: MantineColorsTuple = [
  '#fdf6e6',
  '#faecc8',
  '#f3d992',
  '#e5b858',
  '#cf9c30',
  '#b28119',
  '#956909',
  '#7d5600',
  '#634400',
  '#493200',
];
const grape: MantineColorsTuple = [
  '#f6f0fb',
  '#ebdff6',
  '#d7c0ed',
  '#c3a0ee',
  '#a67bd6',
  '#8d5dc2',
  '#7a49b0',
  '#673a99',
  '#522e7a',
  '#3d225b',
];

const SYSTEM_FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif';
const MONOSPACE_FONT = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

/** The one look: warm paper, ink, and a cobalt line. Pages style by hand only what this cannot say. */
export const theme = createTheme({
  primaryColor: 'line',
  primaryShade: { light: 7, dark: 6 },
  colors: { line, gray, dark, red, green, yellow, grape },
  white: '#ffffff',
  black: '#1b1c20',
  autoContrast: true,
  respectReducedMotion: true,
  cursorType: 'pointer',
  fontFamily: SYSTEM_FONT,
  fontFamilyMonospace: MONOSPACE_FONT,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.55', lg: '1.6', xl: '1.6' },
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '1.75rem' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  shadows: {
    sm: '0 1px 2px rgb(20 21 24 / 6%)',
    md: '0 4px 14px rgb(20 21 24 / 10%)',
    xl: '0 16px 48px rgb(20 21 24 / 22%)',
  },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.45' },
    },
  },
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm', fw: 550 },
      // the small one in a row is lower than the others, and its words are not larger
      vars: (_theme, { size }) => ({
        root: size === 'compact-md' ? { '--button-fz': 'var(--mantine-font-size-sm)' } : {},
      }),
    }),
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } },
    Paper: {
      defaultProps: { withBorder: true, radius: 'lg', p: 'lg' },
      styles: { root: { borderColor: 'var(--edge)' } },
    },
    Modal: { defaultProps: { radius: 'lg', shadow: 'xl', centered: true, transitionProps: { duration: 120 } } },
    SegmentedControl: { styles: { label: { paddingInline: 4 } } },
    Badge: { defaultProps: { variant: 'light', tt: 'none', fw: 550 } },
    Anchor: { defaultProps: { underline: 'hover' } },
    InputDescription: { styles: { description: { fontSize: 'var(--mantine-font-size-xs)' } } },
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'description', 'input', 'error'] } },
    Table: { defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md', borderColor: 'var(--edge)' } },
  },
});

/** Surfaces and tones that both themes need; contrast of every text tone is at least 4.5 on page and card. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': gray[9],
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-placeholder': '#72737a',
    '--mantine-color-default-border': gray[3],
    '--mantine-color-error': red[6],
    '--mantine-color-anchor': line[7],
    '--page': '#faf9f6',
    '--edge': gray[2],
    '--hover': '#f3f2ee',
    '--tone-accent': line[7],
    '--tone-quiet': gray[6],
    '--tone-amber': yellow[7],
    '--tone-red': red[6],
    '--tone-green': green[6],
    '--tone-plum': grape[6],
  },
  dark: {
    '--mantine-color-body': '#1a1b1f',
    '--mantine-color-text': dark[0],
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': '#8b8e97',
    '--mantine-color-default-border': dark[4],
    '--mantine-color-error': red[3],
    '--mantine-color-anchor': line[3],
    '--page': dark[7],
    '--edge': dark[5],
    '--hover': '#222329',
    '--tone-accent': line[3],
    '--tone-quiet': dark[2],
    '--tone-amber': yellow[3],
    '--tone-red': red[3],
    '--tone-green': green[3],
    '--tone-plum': grape[3],
  },
});
