import { describe, expect, test } from '@jest/globals';
import { moduleProfiles, profileOf, unknownModule } from '../../src/air/profiles.js';

const cautious = { inline: 1024, data: 1360, receive: 1360 };

test.each([
  ['AirM2M_780E_V1169_LTE_AT', 'air780e', 1169],
  ['AirM2M_780EG_V1150_LTE_AT', 'air780e', 1150],
  ['AirM2M_780EX_V1150_LTE_AT', 'air780e', 1150],
  ['AirM2M_700E_V1150_LTE_AT', 'air780e', 1150],
  ['AirM2M_780EP_V1010_LTE_AT', 'air780ep', 1010],
  ['AirM2M_780EP_LTE_AT_V1007', 'air780ep', 1007],
  ['AirM2M_780EPV_V1007_LTE_AT', 'air780ep', 1007],
  ['AirM2M_780EPM_V2007_LTE_AT', 'air780ep', 2007],
  ['"AirM2M_780EL_V1006_LTE_AT_MU"', 'air780el', 1006],
  ['AirM2M_720U_V401857_LTE_AT', 'air724', 401857],
  ['AirM2M_724UG_V401857_LTE_AT', 'air724', 401857],
  ['AirM2M_723UG_V401857_LTE_AT ', 'air724', 401857],
  ['AirM2M_999X_V12_LTE_AT', 'unknown', 12],
  ['SIM800 R14.18', 'unknown', undefined],
  ['', 'unknown', undefined],
])('%s is %s', (identity, id, firmware) => {
  expect(profileOf(identity)).toMatchObject({ id, firmware });
});

describe('limits', () => {
  test('are the family’s where the firmware is known', () => {
    expect(profileOf('AirM2M_780E_V1169_LTE_AT').limits).toEqual({ inline: 2384, data: 4100, receive: 1360 });
    expect(profileOf('AirM2M_780EP_V1010_LTE_AT').limits).toEqual({
      inline: 4100,
      data: 4100,
      receive: 4100,
    });
    expect(profileOf('AirM2M_724UG_V401857_LTE_AT').limits).toEqual({
      inline: 2348,
      data: 4100,
      receive: 1360,
    });
  });

  test.each([
    'AirM2M_780E_LTE_AT',
    'AirM2M_780EP_LTE_AT',
    'AirM2M_720_V700_LTE_AT',
    'AirM2M_720U_LTE_AT',
    'Air999',
  ])('are cautious for %s', (identity) => {
    expect(profileOf(identity).limits).toEqual(cautious);
  });

  test('are cautious for an unknown module and for the undocumented Air780EL', () => {
    expect(unknownModule.limits).toEqual(cautious);
    expect(moduleProfiles.air780el.limits).toEqual(cautious);
  });
});

test('the RESET pin of Air780E powers off, that of Air724 and Air780EP reboots', () => {
  expect(moduleProfiles.air780e.resetPin).toBe('powers off');
  expect(moduleProfiles.air724.resetPin).toBe('reboots');
  expect(moduleProfiles.air780ep.resetPin).toBe('reboots');
});

test.each([
  ['AirM2M_780E_V1155_LPAT', 'three'],
  ['AirM2M_780E_V1156_LPAT', 'two'],
  ['AirM2M_780E_V1155_LTE_AT', 'two'],
  ['AirM2M_780E_LTE_AT', 'unknown'],
  ['AirM2M_780EL_V1005_LTE_AT_MU', 'three'],
  ['AirM2M_780EL_V1006_LTE_AT_MU', 'two'],
  ['AirM2M_780EL_V1005_LTE_AT_MS', 'unknown'],
  ['AirM2M_780EP_V1007_LTE_AT', 'two'],
  ['Air999', 'unknown'],
])('MCONNECT of %s: %s', (identity, connectMode) => {
  expect(profileOf(identity)).toMatchObject({ connectMode });
});

test.each([
  ['AirM2M_780E_V1169_LTE_AT', 'yes'],
  ['AirM2M_780EL_V1006_LTE_AT_MS', 'yes'],
  ['AirM2M_780EL_V1006_LTE_AT_MU', 'no'],
  ['AirM2M_780EL_V1006_LTE_AT_MULP2', 'no'],
  ['AirM2M_780EL_V1006_LTE_AT', 'unknown'],
])('TLS of %s: %s', (identity, tls) => {
  expect(profileOf(identity)).toMatchObject({ tls });
});
