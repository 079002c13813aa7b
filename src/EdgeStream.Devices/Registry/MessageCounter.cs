namespace EdgeStream.Devices;

/// <summary>Finds what is missing and what comes twice among messages that a device numbers.</summary>
/// <remarks>
/// Numbers up to 63 behind the highest are known one by one: one that was missing is late and no longer missing, any
/// other comes twice. A number that lies farther back, or a million ahead, begins anew, as a device does that was
/// started again; one that comes after the highest of 8, 16 or 32 bits goes on. The registry's lock guards it.
/// </remarks>
internal sealed class MessageCounter
{
    private const int WindowBits = 64;
    private const long MissingAtOnceMax = 1_000_000;

    private long _highest;
    private ulong _seen;
    private bool _hasBegun;

    /// <summary>How many numbers did not come.</summary>
    internal long Missing { get; private set; }

    /// <summary>How many came more than once.</summary>
    internal long Repeated { get; private set; }

    /// <summary>The next number is the first.</summary>
    internal void Begin() => _hasBegun = false;

    /// <summary>Takes a number of eight bits, which goes on with 0 after 255.</summary>
    internal Counted TakeByte(byte number)
    {
        var ahead = unchecked((sbyte)(number - (byte)_highest));
        return Take(_hasBegun ? _highest + ahead : number, isWrapped: true);
    }

    /// <summary>Takes a number.</summary>
    internal Counted Take(ulong number) => number > long.MaxValue ? default : Take((long)number, isWrapped: false);

    private Counted Take(long number, bool isWrapped)
    {
        var ahead = number - _highest;
        if (_hasBegun && !isWrapped && ahead < 0 && HasWrapped(number, out var modulus))
        {
            ahead += modulus;
        }

        if (!_hasBegun || ahead <= -WindowBits || ahead > MissingAtOnceMax)
        {
            _hasBegun = true;
            _highest = number;
            _seen = 1;
            return default;
        }

        if (ahead > 0)
        {
            _highest = number;
            _seen = ahead < WindowBits ? (_seen << (int)ahead) | 1 : 1;
            Missing += ahead - 1;
            return new Counted(ahead - 1, false);
        }

        var bit = 1UL << (int)-ahead;
        if ((_seen & bit) != 0)
        {
            Repeated++;
            return new Counted(0, true);
        }

        _seen |= bit;
        Missing -= Missing > 0 ? 1 : 0;
        return default;
    }

    private bool HasWrapped(long number, out long modulus)
    {
        foreach (var bits in (ReadOnlySpan<int>)[8, 16, 32])
        {
            modulus = 1L << bits;
            if (_highest < modulus && _highest >= modulus - WindowBits && number < WindowBits)
            {
                return true;
            }
        }

        modulus = 0;
        return false;
    }

    /// <summary>What one number has shown.</summary>
    /// <param name="Missing">How many before it did not come.</param>
    /// <param name="IsRepeated">Whether it came before.</param>
    internal readonly record struct Counted(long Missing, bool IsRepeated);
}
