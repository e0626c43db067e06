import { z } from 'zod';
import { mustBe } from './fields.js';

/** A group of keys; keys that it does not know are errors. */
export function group<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  allowed = 'a group of keys',
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, mustBe(allowed));
}
