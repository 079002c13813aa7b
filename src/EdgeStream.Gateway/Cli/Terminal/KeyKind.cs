namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>What a key at the terminal asks for.</summary>
internal enum KeyKind
{
    /// <summary>A key without a meaning here.</summary>
    None,

    /// <summary>A character to insert.</summary>
    Character,

    /// <summary>The line is complete.</summary>
    Enter,

    /// <summary>Complete the word.</summary>
    Tab,

    /// <summary>Delete what stands before the cursor.</summary>
    Backspace,

    /// <summary>Delete what stands under the cursor.</summary>
    Delete,

    /// <summary>Ctrl-D: the end of the input on an empty line, else as <see cref="Delete"/>.</summary>
    EndOrDelete,

    /// <summary>Nothing more comes.</summary>
    EndOfInput,

    /// <summary>Ctrl-C.</summary>
    Interrupt,

    /// <summary>To the left.</summary>
    Left,

    /// <summary>To the right.</summary>
    Right,

    /// <summary>To the beginning of the word before.</summary>
    WordLeft,

    /// <summary>To the end of the word behind.</summary>
    WordRight,

    /// <summary>To the beginning of the line.</summary>
    Home,

    /// <summary>To the end of the line.</summary>
    End,

    /// <summary>An earlier line of the history.</summary>
    Up,

    /// <summary>A later line of the history.</summary>
    Down,

    /// <summary>Delete up to the end of the line.</summary>
    KillToEnd,

    /// <summary>Delete up to the beginning of the line.</summary>
    KillToStart,

    /// <summary>Delete the word before the cursor.</summary>
    KillWord,

    /// <summary>Clear the screen.</summary>
    ClearScreen,

    /// <summary>What is pasted begins.</summary>
    PasteBegin,

    /// <summary>What is pasted ends.</summary>
    PasteEnd,
}
