import { expect, test } from 'vitest';
import { pictureSize } from './picture-size';

/** Heads of pictures of 7 × 5 pixels, made by a browser. */
const HEADS: [string, string][] = [
  ['PNG', 'iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAYAAACJmvbY'],
  [
    'JPEG',
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAAFAAcDASIAAhEBAxEB'
  ],
  ['extended WebP', 'UklGRjACAABXRUJQVlA4WAoAAAAwAAAABgAABAAA'],
  ['lossy WebP', 'UklGRjoAAABXRUJQVlA4IC4AAABwAQCdASoHAAUAAsBMJYgC7AFAAA=='],
  ['lossless WebP', 'UklGRiAAAABXRUJQVlA4TBMAAAAvBgABEA8wiDH/8x845iGi//EAAA==']
];

test.each(HEADS)('[SET-1] the size of a %s is read from its head', (_, head) => {
  expect(pictureSize(atob(head))).toEqual({ width: 7, height: 5 });
});

test.each(HEADS)('[SET-1] a %s that is cut short has no size', (_, head) => {
  const bytes = atob(head);
  for (let length = 0; length < 24; length++) expect(pictureSize(bytes.slice(0, length))).toBeNull();
});

test('[SET-1] other bytes have no size', () => {
  expect(pictureSize('GIF89a\x07\x00\x05\x00')).toBeNull();
  expect(pictureSize('\x89PNG\r\n\x1a\n and the rest of it is long enough')).toBeNull();
});
