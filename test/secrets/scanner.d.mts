export declare const planted: Readonly<
  Record<
    | 'urlUser'
    | 'urlPassword'
    | 'username'
    | 'password'
    | 'filePassword'
    | 'environmentPassword'
    | 'apnUser'
    | 'apnPassword'
    | 'pin'
    | 'wrongPin'
    | 'puk'
    | 'keyBytes',
    string
  >
>;
export declare function leaksIn(text: string): readonly string[];
