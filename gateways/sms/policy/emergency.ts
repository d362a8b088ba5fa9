import type { Region } from '../number.js';

/**
 * Dialled for help from any phone anywhere: 112 and 911 always, the others at least without a SIM card
 * (3GPP TS 22.101 §10.1.1).
 */
const everywhere = ['112', '911', '000', '08', '110', '118', '119', '999'];

/**
 * Other emergency numbers by region, `.` for any digit: `emergency` of resources/ShortNumberMetadata.xml of Google's
 * libphonenumber (Apache 2.0), as of July 2026, without those above. Regions that are missing have no others.
 */
const national = `
AD 116; AE 997 998; AF 100 102; AL 127 128 129; AM 101 102 103; AO 113 115; AR 100 101 107; AT 122 133 144; AU 106;
AW 100; AZ 101 102 103; BA 122 123 124; BB 211 311 511; BD 100 101 102 199; BE 100 101; BF 17 18; BG 150 160 166;
BH 199; BI 113 117; BJ 114 116 117; BL 18; BN 991 993 995; BR 128 190 192 193; BS 919; BT 113; BW 997 998;
BY 101 102 103; BZ 90 990; CD 113 114 177 188; CF 117 1220; CG 117; CH 117 144; CI 111 170 180; CK 996 998;
CL 131 132 133; CM 113 117 13 17; CN 120; CO 123 132 156; CU 104 105 106; CV 130 131 132; CY 199; CZ 15.; DJ 17 18;
DK 114; DM 333; DZ 14 17; EC 101 102; EG 122 123 180; EH 15 177 19;
ER 113 114 116 124422 127799 201606 201917 202099 202914; ES 085 088; ET 91 92 93 939 991 997; FJ 917; FM 320221;
FO 114; FR 15 17 18; GA 13.. 1730 18; GE 011 022 033 111 113 122; GF 15 17 18; GH 191 192 193; GI 190 199;
GM 116 117 16 17 18; GP 15 17 18; GR 100 166 199; GT 120 123; GW 113 117; GY 912 913; HK 992; HN 199;
HR 192 193 194 93 94; HT 114; HU 104 105 107; ID 113; IL 100 101 102; IN 100 101 102 108 1298 2611;
IQ 100 104 115 122; IR 115 125; IT 113 115; JO 191 192 197; KE 114; KG 101 102 103; KH 117 666;
KI 192 193 194 195 992 993 994; KM 17 18; KN 333; KP 819; KZ 101 102 103; LA 190 191 195; LB 140 175; LI 117 144;
LK 116; LR 355; LS 115 117; LT 01 011 02 022 03 033 101 102 103; LU 113; LV 01 02 03 113; LY 190 191 193;
MA 15 177 19; MC 15 17 18; MD 901 902 903; ME 122 123 124; MF 15 17 18; MG 117 17 18; MK 192 193 194; ML 15 17 18;
MM 199; MN 100 101 102 103 105; MQ 15 17 18; MR 17 18; MU 114 115 995; MV 102; MW 199 997 998;
MX 060 065 066 068 080; MZ 117 197 198; NA 10111; NC 15 16 17 18; NE 15 17 18 723141; NF 955 977; NG 199;
NI 115 120 128; NO 113; NP 100 101 102 103; NR 111; NZ 111; OM 1444 9999; PE 105 116 117; PF 15 17 18; PG 111;
PH 117; PK 1122 115 15 16; PL 997 998; PM 15 17 18; PS 100 101 102; PT 115; PY 128; RE 15 17 18; RS 92 93 94;
RU 01 02 03 101 102 103; RW 111; SA 997; SE 90000; SG 993 995; SI 113; SJ 113; SK 150 155 158; SL 019; SM 113 115;
SN 17 18; SO 555 888; SR 115; SV 913; SX 919; SY 113; TD 17 18; TG 117 171 172 177; TH 1669 191 199;
TJ 101 102 103; TL 115; TM 01 02 03; TN 190 197 198; TO 922 933; TR 155; TT 990; TZ 111 114 115; UA 101 102 103;
UY 128; UZ 001 002 003 01 02 03 050; VA 113 115; VE 171; VN 113 114 115; WF 15 17 18; WS 994 995 996;
XK 192 193 194; YE 191 194 195 199; YT 15; ZA 10111 10177; ZM 991 993; ZW 993 994 995`;

const byRegion: ReadonlyMap<string, RegExp> = new Map(
  national.split(';').map((entry) => {
    const [region = '', ...numbers] = entry.trim().split(' ');
    return [region, new RegExp(`^(?:${numbers.join('|')})$`)];
  }),
);

/** Whether digits, as dialled in one of the regions, call for help. */
export function isEmergency(digits: string, regions: readonly Region[]): boolean {
  return everywhere.includes(digits) || regions.some((region) => byRegion.get(region)?.test(digits) === true);
}
