/** Final results. */
export const OK = ['OK'];
export const ERROR = ['ERROR'];
export const cme = (code) => [`+CME ERROR: ${code}`];

/** The line is kept as latin1, one character a byte; a topic is UTF-8. */
export const utf8 = ({ text }) => Buffer.from(text, 'latin1').toString('utf8');
