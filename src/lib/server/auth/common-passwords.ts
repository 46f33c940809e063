import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/**
 * Guesses below which a password counts as common (SECURITY A-02). In the tables of the tests, one that is refused
 * takes more than 10^9, and all that are accepted take more than 10^13.
 */
const FEWEST_GUESSES = 1e10;
/** Characters that are analysed at once: the time grows with their square. */
const WINDOW = 32;
/**
 * Guesses of a part that was there before, of a kind of character that only decorates, and of a word known to be
 * near.
 */
const REPEATED_PART = 2;
const DECORATION = 10;
const NEAR_WORD = 50;
/** Shorter words are found by the library alone: taken out here, they would tear others apart. */
const SHORTEST_NEAR_WORD = 4;
const MOST_CONTEXT_TEXTS = 100;
const MOST_CONTEXT_LENGTH = 100;
const YEAR = /(?:19|20)\d\d/g;
const RUN = /(.)\1+/gu;

/** Words that are near at hand for whoever attacks this product, wherever it runs, and those of the calendar. */
const NEAR_WORDS = `
rolecall admin administrator administrators administration superadmin superadministrator super root owner viewer auditor
manager moderator supervisor support billing permission permissions console dashboard backoffice signin login account
access secure security company organisation organization password passwort secret welcome changeme letmein
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
november december spring summer autumn winter christmas
`
  .trim()
  .split(/\s+/);

/** Sentences that everybody knows, without spaces: long, and among the first that are tried. */
const PHRASES = `
correcthorsebatterystaple tobeornottobe thatisthequestion thequickbrownfox jumpsoverthelazydog jumpedoverthelazydog
maytheforcebewithyou maytheforce forcebewithyou iamyourfather winteriscoming valarmorghulis youknownothingjonsnow
onceuponatime happilyeverafter longlongago inagalaxyfarfaraway alongtimeago toinfinityandbeyond elementarymydearwatson
houstonwehaveaproblem illbeback hastalavistababy sayhellotomylittlefriend youcanthandlethetruth frankmydeari
idontgiveadamn hereslookingatyoukid lifeislikeaboxofchocolates runforrestrun myprecious oneringtorulethemall
youshallnotpass iseedeadpeople theresnoplacelikehome wearenotinkansas bondjamesbond shakennotstirred
thereisnospoon followthewhiterabbit whysoserious withgreatpowercomesgreatresponsibility avengersassemble
liveelongandprosper livelongandprosper beammeupscotty resistanceisfutile tothemoonandback allyourbasearebelongtous
thecakeisalie itsdangeroustogoalone iloveyousomuch iloveyouforever iloveyoubaby iloveyoumom iloveyoumore
letmeinplease openthedoor opensesame pleaseletmein letmeinnow changeme changethispassword thisismypassword
thisisapassword thisisasecret thisispassword mypasswordis mysecretpassword nopasswordhere idontknow iforgotmypassword
iforgot forgotpassword passwordpassword neverguessthis youwillneverguess youllneverguess nobodywillguess guessthis
trynottoguess whatisthepassword whatismypassword thepasswordis passwordisincorrect yourpasswordis incorrectpassword
inthebeginning letthere belight godisgood godislove jesuslovesme jesusismylord jesuschrist ourfatherwhoartinheaven
thelordismyshepherd ishallnotwant forgodsolovedtheworld hallowedbethyname inthebeginningwastheword praisethelord
itwasthebestoftimes itwastheworstoftimes callmeishmael fourscoreandsevenyearsago wethepeople ihaveadream
onesmallstepforman onegiantleapformankind asknotwhatyourcountry theonlythingwehavetofear isfearitself
ithinkthereforeiam knowledgeispower timeismoney practicemakesperfect actionsspeaklouderthanwords honestyisthebestpolicy
betterlatethannever anappleaday keepsthedoctoraway theearlybirdcatchestheworm apennysavedisapennyearned
allthatglittersisnotgold wheretheresawilltheresaway keepcalmandcarryon carpediem hakunamatata justdoit
imlovinit thinkdifferent haveabreakhaveakitkat becauseyoureworthit twinkletwinklelittlestar howiwonderwhatyouare
maryhadalittlelamb humptydumptysatonawall jackandjillwentupthehill rowrowrowyourboat happybirthdaytoyou
jinglebells wewishyouamerrychristmas merrychristmas happynewyear ohsaycanyousee godsavethequeen godsavetheking
somewhereovertherainbow imaginealllthepeople imagineallthepeople letitbe heyjude stairwaytoheaven bohemianrhapsody
isthisthereallife isthisjustfantasy wewillrockyou wearethechampions smellsliketeenspirit dontstopbelieving
dontstopbelievin nevergonnagiveyouup nevergonnaletyoudown youneverwalkalone youllneverwalkalone imawinner hellodarkness
myoldfriend alwayslookonthebrightside anotherbrickinthewall hotelcalifornia sweethomealabama takemehome countryroads
rosesareredvioletsareblue rosesarered violetsareblue sugarissweetandsoareyou itwasadarkandstormynight
twobeornottwobe 2beornot2be abcdefghijklmnopqrstuvwxyz helloworld loremipsumdolorsitamet consecteturadipiscing
onetwothreefourfive sixseveneightnineten eenymeenyminymoe supercalifragilisticexpialidocious expialidocious
antidisestablishmentarianism icantrememberit iamthebest iamtheking iamironman iambatman iamgroot iamlegend
`
  .trim()
  .split(/\s+/)
  .sort((a, b) => b.length - a.length);

/**
 * True if an attacker guesses a password soon: it is made of common passwords, words of `context`, sentences that
 * everybody knows, walks on a keyboard, dates, repetitions. Context is whatever is known of the person and the
 * place: name, address, domain, organisation, names of roles. A password over a length (`core/sign-in/passwords`) is
 * judged; the two know nothing of each other.
 */
export async function isCommonPassword(password: string, context: readonly string[]): Promise<boolean> {
  const judge = await (loading ??= loadJudge());
  const words = nearWords(context);
  return formsOf(password.normalize('NFKC'), words).some(({ text, factor }) =>
    windowsOf(withoutRepetition(text)).every(
      (window) => guessesOf(judge, window, words) * factor < FEWEST_GUESSES
    )
  );
}

let loading: Promise<ZxcvbnFactory> | null = null;

/** Half a megabyte that most processes never need: loaded by the first who asks, once. */
async function loadJudge(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common')
  ]);
  const { qwerty, qwertz, azerty } = adjacencyGraphs;
  return new ZxcvbnFactory({
    // The name `diceware` makes each of its words cost the same; by another name those with A would be the first
    // guesses.
    dictionary: { passwords: dictionary['passwords-common'], diceware: dictionary['diceware-common'] },
    graphs: { qwerty, qwertz, azerty },
    // The default of 100 takes up to ten times as long and refuses no more of the tests' tables.
    l33tMaxSubstitutions: 10
  });
}

/** A reading of the password, and how many times as many guesses it takes to get from there to the password. */
type Form = { text: string; factor: number };

/**
 * The password as it is, and as attackers see it who know how people decorate. The library alone takes every `-`
 * and `!` for another secret.
 */
function formsOf(password: string, near: readonly string[]): Form[] {
  const bare = without(password, /[^\p{L}\p{M}\p{N}]/gu);
  return [
    withoutNearWords(bare, near),
    bare,
    untangled(bare),
    // `@` and `$` may well be letters, and all of them digits with Shift.
    without(password, /[^\p{L}\p{M}\p{N}@$]/gu),
    unshifted(password),
    { text: password, factor: 1 }
  ].filter(({ text }, index, all) => all.findIndex((form) => form.text === text) === index);
}

/** Decoration is less than what it decorates; where it is more, every sign of it counts and not only every kind. */
function without(password: string, decoration: RegExp): Form {
  const signs = password.match(decoration) ?? [];
  const text = password.replace(decoration, '');
  const counted = signs.length > text.length ? signs.length : new Set(signs).size;
  return { text, factor: DECORATION ** counted };
}

/** Takes out sentences, near words and years; what is left is what has to be guessed. */
function withoutNearWords({ text, factor }: Form, near: readonly string[]): Form {
  let rest = text.toLowerCase();
  const years = new Set(rest.match(YEAR));
  let found = years.size;
  for (const word of [...PHRASES, ...near]) {
    if (word.length < SHORTEST_NEAR_WORD || !rest.includes(word)) continue;
    rest = rest.replaceAll(word, '');
    found++;
  }
  return { text: rest.replace(YEAR, ''), factor: factor * NEAR_WORD ** found };
}

/** `a1b2c3d4` is `abcd1234`, `aabbccdd` is `abcd`. */
function untangled({ text, factor }: Form): Form {
  if (/^(\p{L}\d){2,}\p{L}?$/u.test(text)) {
    return { text: text.replace(/\d/g, '') + text.replace(/\D/g, ''), factor };
  }
  // Not as one pattern: nested repetitions take for ever on `aaaa…b`.
  const allDoubled = text.replace(RUN, '') === '';
  return { text: allDoubled ? text.replace(RUN, '$1') : text, factor };
}

/** `!QAZ@WSX` is `1qaz2wsx`. */
function unshifted(password: string): Form {
  const text = password.replace(/[!@#$%^&*()]/g, (sign) => String(('!@#$%^&*()'.indexOf(sign) + 1) % 10));
  return text === password ? { text, factor: 1 } : { text: text.toLowerCase(), factor: DECORATION };
}

/** `abcabcab` is `abc`: the shortest part whose repetition, cut anywhere, is the text. Case counts for nothing. */
function withoutRepetition(text: string): string {
  const lower = text.toLowerCase();
  for (let period = 1; period <= lower.length / 2; period++) {
    if (lower.startsWith(lower.slice(period))) return text.slice(0, period);
  }
  return text;
}

/** A text is common when all its windows are. An empty one is: nothing is left to guess. */
function windowsOf(text: string): string[] {
  const count = Math.max(1, Math.ceil(text.length / WINDOW));
  return Array.from({ length: count }, (_, n) => text.slice(n * WINDOW, (n + 1) * WINDOW));
}

/**
 * The library's guesses for every part, times the orders the parts may have. Its own sum adds 10^4 for each further
 * part, which would let `rolecall-admin-root-2024` pass.
 */
function guessesOf(judge: ZxcvbnFactory, text: string, words: string[]): number {
  const seen = new Set<string>();
  return judge.check(text, words).sequence.reduce((product, part, index) => {
    const word = part.token.toLowerCase().replace(/\d/g, '');
    const guesses = word !== '' && seen.has(word) ? REPEATED_PART : Number(part.guesses);
    seen.add(word);
    return product * guesses * (index + 1);
  }, 1);
}

/**
 * Ours, and of each text of the context the whole, the whole without what is between its words, and every word;
 * longest first.
 */
function nearWords(context: readonly string[]): string[] {
  const words = new Set(NEAR_WORDS);
  for (const entry of context.slice(0, MOST_CONTEXT_TEXTS)) {
    const text = entry.normalize('NFKC').toLowerCase().slice(0, MOST_CONTEXT_LENGTH);
    const parts = text.split(/[^\p{L}\p{M}\p{N}]+/u);
    for (const word of [text, parts.join(''), ...parts]) if (word.length >= 3) words.add(word);
  }
  return [...words].sort((a, b) => b.length - a.length);
}
