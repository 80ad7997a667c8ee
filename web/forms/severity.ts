/** The choices of a severity; empty: not said. */
export const SEVERITY_CHOICES = [
  { value: '', label: 'Not said' },
  { value: 'low', label: 'Low' },
  { value: 'medium', label: 'Medium' },
  { value: 'high', label: 'High' },
  { value: 'critical', label: 'Critical' },
];
