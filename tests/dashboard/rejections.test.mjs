import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRejections } from '../../src/EdgeStream.Gateway/Dashboard/modules/rejections.js';

test('What a destination refused is told with the reasons that there were', () => {
  assert.equal(
    describeRejections({ rejectedRecords: 5, rejectedByReason: { refused: 0, 'too-large': 3, 'not-authorized': 2 } }),
    '5 rejected and put aside: 3 too large, 2 not authorized');
});

test('Without the reasons the count is told, and nothing where none was refused', () => {
  assert.equal(describeRejections({ rejectedRecords: 812 }), '812 rejected and put aside');
  assert.equal(describeRejections({ rejectedRecords: 0, rejectedByReason: { refused: 0 } }), '');
  assert.equal(describeRejections({}), '');
});
