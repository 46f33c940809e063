import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PASSWORD_MIN } from '../../core/sign-in/passwords';
import { isCommonPassword } from './common-passwords';

/** Maya Lindqvist, maya.lindqvist@northwind.example, of Northwind Trading. */
const CONTEXT = [
  'rolecall',
  'administrator',
  'Maya Lindqvist',
  'maya.lindqvist',
  'northwind.example',
  'Northwind Trading',
  'Super Administrator',
  'Fleet Coordinator'
];

const REJECT = {
  'a stem again and again': `
    passwordpassword
    PasswordPassword
    password password
    password-password-password
    passwordPASSWORDpassword
    Password1Password1
    password1password2
    password1password2password3
    drowssapdrowssap
    qwertyqwertyqwerty
    letmeinletmeinletmein
    dragondragondragon
    monkeymonkeymonkey
    welcomewelcomewelcome
    Welcome1Welcome1Welcome1
    iloveyouiloveyou
    iloveyou iloveyou
    sunshinesunshine
    princessprincess
    footballfootball
    superman superman
    batmanbatmanbatman
    adminadminadmin
    admin admin admin
    admin1admin2admin3admin4admin5
    rootrootrootroot
    testtesttesttest
    test1234test1234
    abc123abc123abc123
    abcabcabcabcabcabc
    123123123123123123
    1234512345123451234512345
    secretsecretsecret
    masterMASTERmaster
    shadowshadowshadow
    changemechangeme
    changeme-changeme
    hellohellohello
    hello hello hello hello
    trustno1trustno1
    aaaaabbbbbcccccddddd
    xyzxyzxyzxyzxyzxyz
    jordan23jordan23
    asdfasdfasdfasdf
    lovelovelovelove
    blinkblinkblink182
  `,
  'a stem, decorated': `
    password1234567890
    Password1234567
    Password123456789!
    password!!!!!!!!!!!!
    Password!2345678
    Password2024!!!!
    MyPassword2024!
    MyPassword12345
    mypassword123456
    P@ssw0rd12345678
    P@ssw0rdP@ssw0rd
    P@$$w0rd2024!!!
    p4ssw0rdp4ssw0rd
    Passw0rd!Passw0rd!
    pa55word-pa55word
    !!!password!!!!!
    ***password12***
    1234567890password
    2024password2024
    Welcome2024!!!!
    Welcome12345678
    Welcome@12345678
    Welcome-2024-2024
    W3lc0me123456789
    Qwerty1234567890
    Qwerty123456789!
    qwerty!@#$%^&*()
    Letmein123456789
    letmein!letmein!
    iloveyou12345678
    iloveyou1234567890
    ILoveYou!!!2024
    Dragon1234567890
    Monkey1234567890
    Sunshine12345678
    Princess12345678
    Football2024!!!!
    Liverpool12345678
    Superman12345678
    Starwars12345678
    Michael1234567890
    Charlie1234567890
    Changeme12345678
    ChangeMe!ChangeMe!
    ch4ng3m3ch4ng3m3
    Secret1234567890
    s3cr3ts3cr3ts3cr3t
    TopSecret1234567
    Test1234567890!
    testing123testing
    Internet12345678
    Computer12345678
    Hello1234567890!
    helloworld123456
    Master1234567890
    Shadow1234567890
    monkeydragonshadow
    MonkeyDragonShadow123
    dragon-monkey-shadow
    dragon monkey master
    LoveYouForever123
    Freedom1234567890
  `,
  'a walk on the keyboard, a row of letters or digits': `
    qwertyuiopasdfgh
    qwertyuiopasdfghjkl
    qwertyuiopasdfghjklzxcvbnm
    QwertyuiopAsdfghjkl
    qwertyuiop1234567890
    1234567890qwertyuiop
    1qaz2wsx3edc4rfv
    1qaz2wsx3edc4rfv5tgb
    1qaz!QAZ2wsx@WSX
    !QAZ2wsx#EDC4rfv
    zaq12wsxcde34rfv
    qazwsxedcrfvtgb
    qazwsxedcrfvtgbyhnujm
    zxcvbnmasdfghjkl
    zxcvbnm,./zxcvbnm
    asdfghjkl;asdfghjkl;
    asdfghjklqwertyuiop
    poiuytrewqlkjhgf
    poiuytrewqlkjhgfdsa
    mnbvcxzlkjhgfdsa
    azertyuiopqsdfghjklm
    azertyuiop123456
    qwertzuiopasdfgh
    qwertzuiopasdfghjkl
    q1w2e3r4t5y6u7i8
    1q2w3e4r5t6y7u8i9o0p
    1q2w3e4r5t1q2w3e4r5t
    123456789012345
    1234567890123456
    12345678901234567890
    0123456789012345
    098765432109876
    987654321987654321
    1234567812345678
    123456789qwertyui
    111111111122222
    111222333444555666
    000000000000001
    abcdefghijklmno
    abcdefghijklmnopqrstuvwxyz
    ABCDEFGHIJKLMNOP
    zyxwvutsrqponmlk
    abcdefgh12345678
    abcdefghij1234567890
    abcd1234abcd1234
    a1b2c3d4e5f6g7h8
    aabbccddeeffgghh
    147258369147258369
    !@#$%^&*()_+!@#$
    qweasdzxcqweasdzxc
    asdf1234asdf1234
    qwer1234asdf5678
    qweqweqweqweqwe
    asdasdasdasdasd
  `,
  'a date or a season': `
    01/02/1990-01/02/1990
    31.12.1999 31.12.1999
    1990-01-01-1990-01-01
    199001011990010
    december2024december
    December2024!!!!
    December 25 2024
    January2024January
    Summer2024Summer2024
    Summer2024!Summer
    Summer2024!!!!!!
    Winter2023!Winter2023!
    Spring2024Spring
    Autumn-2024-Autumn
    September2024!!
    Monday2024Monday
    mondaytuesdaywednesday
    monday-tuesday-friday
    Friday13thFriday13th
    password01011990
    25121990christmas
    Christmas2024!!!
    19901991199219931994
  `,
  'what is known of the person and the place': `
    rolecallrolecall
    rolecall-rolecall
    Rolecall2024!!!!
    Rolecall12345678
    rolecall-admin-2024!
    Rolecall_Admin_Super_2024
    rolecall-admin-root-2024
    R0lecall@dmin2024!
    r0l3c4ll-r0l3c4ll
    Rolecall!Rolecall!
    rolecallpassword
    rolecall password 1
    MyRolecallPassword
    RolecallLogin2024
    administrator123
    Administrator2024!
    Administrator2024!!!
    administratoradministrator
    administrator-password
    adm1n1str4t0r123
    @dministr@tor2024
    rotartsinimda2024
    SuperAdministrator1
    superadministrator2024
    superadmin-superadmin
    SuperAdmin12345678
    Super-Admin-Password1
    adminpassword123
    AdminPassword2024!
    mayalindqvist2024
    MayaLindqvist123!
    Maya.Lindqvist.1
    maya.lindqvist@northwind.example
    lindqvistmaya1990
    Lindqvist-Lindqvist
    lindqvist12345678
    mayamayamayamaya
    maya-loves-maya1
    maya1985lindqvist
    m4y4l1ndqv1st!!
    northwind-northwind
    Northwind2024!!!
    Northwind12345678
    northwindpassword
    Northwind-Admin-2024
    NorthwindRolecall1
    northwindtrading1
    Northwind Trading 1
    northwind.example
    northwind.example1
    MayaAtNorthwind1
    fleetcoordinator
    FleetCoordinator1!
    fleet-coordinator-2024
    coordinator12345
    maya northwind 2024
    tsivqdnilayam123
    ｒｏｌｅｃａｌｌ２０２４！！！
  `,
  'a sentence that everybody knows': `
    correcthorsebatterystaple
    correct horse battery staple
    Correct-Horse-Battery-Staple1!
    tobeornottobethatisthequestion
    To be or not to be, that is the question!
    2beornot2bethatisthequestion
    thequickbrownfoxjumpsoverthelazydog
    The quick brown fox 1
    maytheforcebewithyou
    May the Force be with you!
    MayTheForceBeWithYou2024
    iamyourfather123
    winteriscoming2024
    Winter is coming!
    onceuponatime123
    Once upon a time...
    to infinity and beyond
    houston we have a problem
    You shall not pass!
    live long and prosper
    thisismypassword
    this is my password
    ThisIsMyPassword123!
    please let me in
    PleaseLetMeIn123
    open sesame open sesame
    nevergonnagiveyouup
    Never Gonna Give You Up!
    twinkle twinkle little star
    happybirthdaytoyou
    jesus loves me 123
    inthebeginning123
    keepcalmandcarryon
    roses are red violets are blue
    youllneverwalkalone
    YouWillNeverGuess1
    iloveyouforever1
    abcdefghijklmnopqrstuvwxyz123
    lorem ipsum dolor sit amet
    supercalifragilisticexpialidocious
    i am iron man 123
    allyourbasearebelongtous
  `
};

const ACCEPT = {
  'four words and more, drawn': `
    unfasten purple gravel moody
    tinsel-walnut-harvest-copper
    Oblong Cradle Sterling Fiddle
    velvetmustardpelicanorbit
    crouton sandpit nimble overturn
    plywood.anchovy.gothic.stew
    marble-otter-tundra-spoon-quilt
    gigabyte parsnip swivel hermit
    snowfield lantern cobweb trombone
    dolphin stapler mango cathedral
    brisk_walrus_copper_tablet
    pebble thimble orchid canyon
    refund squiggle daylong uncorked
    hazelnut riverbank cello domino
    charcoal umpire ginger saddle
    blizzard-tadpole-velcro-museum
    unicycle broccoli trapdoor hinge
    Kettle Ribbon Falcon Ledger 7
    pajamas glacier nutmeg violin barn
    zeppelin cactus bishop lemonade
  `,
  'characters, drawn': `
    x7Kq-92mZp-Lw40vT
    fJ3$kd92!mVx0Qp&
    hq8vz2rmw5ktn4xd
    Zt9#uR2@bN6%yW1^
    b7f3a9c1e5d8042f
    kvqzhwxmpjrtgnbd
    VGhx82-LLqz0-3mmT
    q9w8Zr-plmT4-vvx2
    84017263950417283
    m!Xe7_Lp#2vQz(8t
    dK2fP9sL4gH7jQ1wZ
    zoghlwpnitfraxud
    7yQ.w4Bn,x9Lc;p2
    ueVqoMdRxkYtzBhP
    🐳7🦊k🐝q🐙z🦀w🐧m🦉x🐢
    🐳🦊🐝🐙🦀🐧🐳🦉🐝🐢🦊🐙🐍🦎🐬
    %&!*%(@&!$%@*(&^
  `,
  'sentences that somebody thinks of': `
    my aunt bakes bread on tuesdays
    The plumber never found the leak.
    we painted the shed green in march
    Grandpa's tractor smells of oranges
    three geese stole my sandwich today
    Our cat is afraid of the toaster!
    I lost a shoe in the river Tay once
    der Hund frisst keine Tomaten mehr
    le facteur a perdu son parapluie
    nobody told the neighbours about the goat
    rain on the tin roof keeps me awake
    Why does the lift smell like soup?
    buy milk, eggs and a new trombone
    min katt hatar dammsugaren
    sixty cyclists shared one banana
    The maya of the village sells lamps
    our administrator eats cold noodles
    mayalindqvist rides a grey horse
    Der Bäcker schläft nie vor Mitternacht
    моя собака боится громкого дождя
    每天早上我都喝两杯很烫的绿茶和水
    Quarterly reports make my knees itch
  `
};

function rows(table: Record<string, string>): [kind: string, password: string][] {
  return Object.entries(table).flatMap(([kind, lines]) =>
    lines
      .trim()
      .split('\n')
      .map((line): [string, string] => [kind, line.trim()])
  );
}

const REJECTED = rows(REJECT);
const ACCEPTED = rows(ACCEPT);

test('[A-02] the tables are as large as they have to be, and all of them are long enough to be passwords', () => {
  const passwords = [...REJECTED, ...ACCEPTED].map(([, password]) => password);
  expect(new Set(passwords).size).toBe(passwords.length);
  expect(REJECTED.length).toBeGreaterThanOrEqual(200);
  expect(ACCEPTED.length).toBeGreaterThanOrEqual(50);
  for (const password of passwords)
    expect([...password].length, password).toBeGreaterThanOrEqual(PASSWORD_MIN);
});

test.each(REJECTED)('[A-02] a common password is refused, %s: %s', async (_kind, password) => {
  expect(await isCommonPassword(password, CONTEXT)).toBe(true);
});

test.each(ACCEPTED)('[A-02] a password that nobody guesses is accepted, %s: %s', async (_kind, password) => {
  expect(await isCommonPassword(password, CONTEXT)).toBe(false);
});

test('[A-02] words are near to those whom they concern alone', async () => {
  for (const password of ['Borealis-Kestrel-7', 'kestrel@borealis.example']) {
    expect(await isCommonPassword(password, [])).toBe(false);
    expect(await isCommonPassword(password, CONTEXT)).toBe(false);
    expect(await isCommonPassword(password, ['Ida Kestrel', 'borealis.example'])).toBe(true);
  }
  expect(await isCommonPassword('rolecall-rolecall-1', [])).toBe(true);
});

test('[A-02] words and names that JavaScript knows by itself are words like others', async () => {
  expect(await isCommonPassword('constructor kettle ribbon falcon', [])).toBe(false);
  expect(await isCommonPassword('__proto__ kettle ribbon falcon', ['__proto__', 'constructor'])).toBe(false);
  expect(await isCommonPassword('constructorconstructor', ['constructor', 'toString'])).toBe(true);
});

test('[A-02] a context of any size and kind is no obstacle', async () => {
  const context = [
    '',
    ' ',
    '.',
    '@',
    '(.*)+$',
    '\ud800',
    'x'.repeat(100_000),
    ...Array<string>(10_000).fill('a word')
  ];
  expect(await isCommonPassword('unfasten purple gravel moody', context)).toBe(false);
  expect(await isCommonPassword('passwordpassword', context)).toBe(true);
});

test('[A-02] the longest passwords are judged by all they hold', async () => {
  const drawn = 'x7Kq92mZpLw40vTf3JdkGhVq8zR2mrW5ktN4xd';
  for (const long of [
    'a'.repeat(256),
    'password'.repeat(32),
    'Rolecall2024!'.repeat(20).slice(0, 256),
    'password dragon monkey '.repeat(12).slice(0, 256),
    '1qaz2wsx'.repeat(32)
  ]) {
    expect(await isCommonPassword(long, CONTEXT), long).toBe(true);
    expect(await isCommonPassword(long.slice(0, 210) + drawn, CONTEXT), long).toBe(false);
    expect(await isCommonPassword(drawn + long.slice(0, 210), CONTEXT), long).toBe(false);
  }
});

test('[A-02] any text is judged, and nothing throws', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 256 }), async (password) => {
      expect(typeof (await isCommonPassword(password, [password]))).toBe('boolean');
    })
  );
});

test('[A-02] nothing is left to guess of a password that the context holds whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[a-z]{15,60}$/), async (password) => {
      expect(await isCommonPassword(password, [password])).toBe(true);
      expect(await isCommonPassword(`${password.toUpperCase()}1!`, [password])).toBe(true);
    })
  );
});
