using System.Buffers.Binary;

namespace EdgeStream.Analytics.Detection;

/// <summary>Notices that a value repeats far longer than it ever did: a sensor that is stuck.</summary>
/// <remarks>A series that always was constant, or changed fewer than 200 times, is never stuck.</remarks>
internal struct StuckValue
{
    private const int ChangesMin = 200;
    private const int RunMin = 16;
    private const double LongerThanLongest = 8;
    private const double ForgettingValues = 20_000;

    // Decades; above the alert's rarity, so that it is told at once.
    private const double FirstRarity = 2;

    /// <summary>The length of what <see cref="Write"/> writes.</summary>
    public const int SavedBytes = 32;

    private const int ValueOffset = 0;
    private const int RunOffset = 8;
    private const int LongestOffset = 16;
    private const int ChangesOffset = 24;

    private double _value;
    private double _run;
    private double _longest;
    private long _changes;

    /// <summary>How often the value has repeated, this time included.</summary>
    public readonly double Run => _run;

    /// <summary>The rarity of the present run, 0 while it is nothing special.</summary>
    public double Add(double value)
    {
        if (_run > 0 && value == _value)
        {
            _run++;
        }
        else
        {
            _changes++;
            _longest = _run > _longest ? _run : _longest - ((_longest - _run) / ForgettingValues);
            (_run, _value) = (1, value);
        }

        var bound = LongerThanLongest * _longest;
        return _changes >= ChangesMin && _run >= RunMin && _run >= bound
            ? FirstRarity + Math.Log10(_run / bound)
            : 0;
    }

    /// <summary>Writes the state: value f64, run f64, longest run f64, changes i64; frozen, little-endian.</summary>
    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(destination[ValueOffset..], _value);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[RunOffset..], _run);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[LongestOffset..], _longest);
        BinaryPrimitives.WriteInt64LittleEndian(destination[ChangesOffset..], _changes);
    }

    /// <summary>The state that <see cref="Write"/> wrote.</summary>
    public static StuckValue Read(ReadOnlySpan<byte> source) => new()
    {
        _value = BinaryPrimitives.ReadDoubleLittleEndian(source[ValueOffset..]),
        _run = BinaryPrimitives.ReadDoubleLittleEndian(source[RunOffset..]),
        _longest = BinaryPrimitives.ReadDoubleLittleEndian(source[LongestOffset..]),
        _changes = BinaryPrimitives.ReadInt64LittleEndian(source[ChangesOffset..]),
    };
}
