/** The board's RESET line: `node press-reset.mjs <pid of the modem>`. */
process.kill(Number(process.argv[2]), 'SIGUSR2');
