using System.Text;

namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>Makes keys of a terminal's bytes: control characters, UTF-8, and the escape sequences of the terminals that
/// are in use.</summary>
internal sealed class KeyReader(ITerminal terminal)
{
    private const int Escape = 27;
    private const int EscapeWaitMs = 50;
    private const int SequenceLengthMax = 16;

    /// <summary>The next key; waits for it.</summary>
    public Key Read()
    {
        var first = terminal.ReadByte(-1);
        return first switch
        {
            < 0 => new Key(KeyKind.EndOfInput),
            Escape => ReadSequence(),
            127 => new Key(KeyKind.Backspace),
            < 32 => new Key(Control(first)),
            _ => ReadCharacter((byte)first),
        };
    }

    private static KeyKind Control(int code) => code switch
    {
        1 => KeyKind.Home,
        2 => KeyKind.Left,
        3 => KeyKind.Interrupt,
        4 => KeyKind.EndOrDelete,
        5 => KeyKind.End,
        6 => KeyKind.Right,
        8 => KeyKind.Backspace,
        9 => KeyKind.Tab,
        10 or 13 => KeyKind.Enter,
        11 => KeyKind.KillToEnd,
        12 => KeyKind.ClearScreen,
        14 => KeyKind.Down,
        16 => KeyKind.Up,
        21 => KeyKind.KillToStart,
        23 => KeyKind.KillWord,
        _ => KeyKind.None,
    };

    private Key ReadCharacter(byte first)
    {
        Span<byte> bytes = stackalloc byte[4];
        bytes[0] = first;
        var length = first switch { < 0x80 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 4 };
        for (var index = 1; index < length; index++)
        {
            var next = terminal.ReadByte(EscapeWaitMs);
            if (next < 0)
            {
                return new Key(KeyKind.None);
            }

            bytes[index] = (byte)next;
        }

        Rune.DecodeFromUtf8(bytes[..length], out var rune, out _);
        return new Key(KeyKind.Character, rune);
    }

    /// <summary>What comes behind an escape: a sequence at once, or nothing where a person pressed the key.</summary>
    private Key ReadSequence()
    {
        var second = terminal.ReadByte(EscapeWaitMs);
        return new Key(second switch
        {
            '[' => ReadControlSequence(),
            'O' => Final(terminal.ReadByte(EscapeWaitMs)),
            'b' or 'B' => KeyKind.WordLeft,
            'f' or 'F' => KeyKind.WordRight,
            127 or 8 => KeyKind.KillWord,
            _ => KeyKind.None,
        });
    }

    private KeyKind ReadControlSequence()
    {
        var parameters = new StringBuilder();
        while (parameters.Length < SequenceLengthMax)
        {
            var next = terminal.ReadByte(EscapeWaitMs);
            if (next < 0)
            {
                return KeyKind.None;
            }

            if (next is >= 0x40 and <= 0x7E)
            {
                return next == '~' ? Numbered(parameters.ToString()) : Final(next, parameters.ToString());
            }

            parameters.Append((char)next);
        }

        return KeyKind.None;
    }

    private static KeyKind Final(int code, string parameters = "") => (code, parameters) switch
    {
        ('A', _) => KeyKind.Up,
        ('B', _) => KeyKind.Down,
        ('C', "1;5" or "1;3") => KeyKind.WordRight,
        ('D', "1;5" or "1;3") => KeyKind.WordLeft,
        ('C', _) => KeyKind.Right,
        ('D', _) => KeyKind.Left,
        ('H', _) => KeyKind.Home,
        ('F', _) => KeyKind.End,
        _ => KeyKind.None,
    };

    private static KeyKind Numbered(string parameters) => parameters switch
    {
        "1" or "7" => KeyKind.Home,
        "4" or "8" => KeyKind.End,
        "3" => KeyKind.Delete,
        "200" => KeyKind.PasteBegin,
        "201" => KeyKind.PasteEnd,
        _ => KeyKind.None,
    };
}
