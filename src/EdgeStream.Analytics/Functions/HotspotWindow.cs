using System.Buffers;
using System.Numerics;
using System.Text.Json;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Analytics;

/// <summary>Where the latest points lie close together: SQL's HOTSPOTS.</summary>
/// <remarks>
/// The last points of a window are joined where two are within the scan radius of each other; what is joined and has
/// enough points is a hotspot, given as its box and its density: points by the box's volume, where a side shorter
/// than a
/// thousandth of the radius counts as that. The denser one comes first, and at most 100 are told. A row costs one
/// distance a point of the window and some bit operations.
/// </remarks>
public sealed class HotspotWindow : IStreamFunction
{
    /// <summary>The range of the window, in points.</summary>
    public const int WindowMin = 100;

    /// <summary>The range of the window, in points.</summary>
    public const int WindowMax = 1000;

    /// <summary>How many numbers a point may have.</summary>
    public const int ColumnsMax = 100;

    private const byte Version = 1;
    private const int HotspotsMax = 100;
    private const int WordBits = 64;
    private const double LeastSideShare = 1e-3;

    private readonly int _columns;
    private readonly int _window;
    private readonly double _radius;
    private readonly int _pointsMin;
    private readonly int _words;
    private readonly double[] _points;

    // By point, a bit for each other point that is near.
    private readonly ulong[] _near;
    private readonly ulong[] _left;
    private readonly ulong[] _group;
    private readonly int[] _open;
    private long _count;

    /// <summary>Begins empty.</summary>
    /// <param name="columns">How many numbers a point has; 1 to 100.</param>
    /// <param name="windowSize">How many of the latest points are looked at; 100 to 1,000.</param>
    /// <param name="scanRadius">How far two neighbours of a hotspot are apart at most; more than 0.</param>
    /// <param name="minimumPoints">How many points a hotspot has at least; 2 to the window's size.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public HotspotWindow(int columns, int windowSize, double scanRadius, int minimumPoints)
    {
        Range(columns, 1, ColumnsMax, nameof(columns));
        Range(windowSize, WindowMin, WindowMax, nameof(windowSize));
        Range(minimumPoints, 2, windowSize, nameof(minimumPoints));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scanRadius);
        if (!double.IsFinite(scanRadius))
        {
            throw new ArgumentOutOfRangeException(nameof(scanRadius), scanRadius, "It must be a finite number.");
        }

        (_columns, _window, _radius, _pointsMin) = (columns, windowSize, scanRadius, minimumPoints);
        _words = (windowSize + WordBits - 1) / WordBits;
        _points = new double[windowSize * columns];
        _near = new ulong[windowSize * _words];
        _left = new ulong[_words];
        _group = new ulong[_words];
        _open = new int[windowSize];
    }

    /// <inheritdoc/>
    public long SizeBytesMax => ((_points.Length + _near.Length + (2 * _words)) * 8L) + (_window * sizeof(int));

    /// <inheritdoc/>
    public int SavedBytesMax => 1 + (3 * sizeof(int)) + (2 * sizeof(long)) + (_points.Length * sizeof(double));

    /// <summary>Takes the next point into the window, for which the oldest leaves.</summary>
    /// <param name="point">Its numbers; one with something that is no finite number is near to none.</param>
    public void Add(ReadOnlySpan<double> point)
    {
        var place = (int)(_count++ % _window);
        point[.._columns].CopyTo(_points.AsSpan(place * _columns));
        Join(place);
    }

    /// <summary>Writes the hotspots of the window as JSON:
    /// <c>{"hotspots":[{"density":…,"maxValues":[…],"minValues":[…]},
    /// …]}</c>.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteStartArray("hotspots");
        foreach (var hotspot in Find())
        {
            writer.WriteStartObject();
            writer.WriteNumber("density", hotspot.Density);
            Write(writer, "maxValues", hotspot.High);
            Write(writer, "minValues", hotspot.Low);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public int Save(Span<byte> destination)
    {
        var writer = new SavedFieldWriter(destination);
        writer.Add(Version);
        writer.Add(_columns);
        writer.Add(_window);
        writer.Add(_pointsMin);
        writer.Add(_radius);
        writer.Add(_count);
        writer.Add(_points);
        return writer.Length;
    }

    /// <inheritdoc/>
    public bool TryLoad(ReadOnlySpan<byte> source)
    {
        var reader = new SavedFieldReader(source);
        var isKnown = reader.Byte() == Version & reader.Int() == _columns & reader.Int() == _window
            & reader.Int() == _pointsMin & reader.Double() == _radius;
        var count = reader.Long();
        reader.Doubles(_points);
        Array.Clear(_near);
        _count = 0;
        if (!isKnown || reader.IsDamaged || !reader.Rest.IsEmpty || count < 0)
        {
            return false;
        }

        for (_count = count < _window ? 0 : count - _window; _count < count;)
        {
            Join((int)(_count++ % _window));
        }

        return true;
    }

    private static void Write(Utf8JsonWriter writer, string name, double[] values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
    }

    private static void Range(int value, int minimum, int maximum, string name)
    {
        if (value < minimum || value > maximum)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {minimum} to {maximum}.");
        }
    }

    /// <summary>Sets who is near to the point of a place, and takes away who was near to the one before it.</summary>
    private void Join(int place)
    {
        var held = (int)Math.Min(_count, _window);
        for (var other = 0; other < held; other++)
        {
            var isNear = other != place && IsNear(place, other);
            Set(place, other, isNear);
            Set(other, place, isNear);
        }
    }

    private void Set(int place, int other, bool isNear)
    {
        ref var word = ref _near[(place * _words) + (other / WordBits)];
        var bit = 1UL << (other % WordBits);
        word = isNear ? word | bit : word & ~bit;
    }

    private bool IsNear(int left, int right)
    {
        var sum = 0.0;
        for (var column = 0; column < _columns; column++)
        {
            var difference = _points[(left * _columns) + column] - _points[(right * _columns) + column];
            sum += difference * difference;
        }

        return sum <= _radius * _radius;
    }

    private List<Hotspot> Find()
    {
        var found = new List<Hotspot>();
        var held = (int)Math.Min(_count, _window);
        for (var place = 0; place < held; place++)
        {
            _left[place / WordBits] |= 1UL << (place % WordBits);
        }

        for (var place = 0; place < held; place++)
        {
            if ((_left[place / WordBits] >> (place % WordBits) & 1) != 0 && Gather(place) is { } points
                && points >= _pointsMin)
            {
                found.Add(Describe(points));
            }
        }

        found.Sort(static (left, right) => right.Density.CompareTo(left.Density));
        return found.Count > HotspotsMax ? found[..HotspotsMax] : found;
    }

    /// <summary>Puts all that is joined to a point into the group, and takes it out of what is left.</summary>
    private int Gather(int first)
    {
        Array.Clear(_group);
        var (waiting, gathered) = (0, 0);
        _open[waiting++] = first;
        _left[first / WordBits] &= ~(1UL << (first % WordBits));
        while (waiting > 0)
        {
            var place = _open[--waiting];
            gathered++;
            _group[place / WordBits] |= 1UL << (place % WordBits);
            for (var word = 0; word < _words; word++)
            {
                var news = _near[(place * _words) + word] & _left[word];
                _left[word] &= ~news;
                for (; news != 0; news &= news - 1)
                {
                    _open[waiting++] = (word * WordBits) + BitOperations.TrailingZeroCount(news);
                }
            }
        }

        return gathered;
    }

    private Hotspot Describe(int points)
    {
        var low = new double[_columns];
        var high = new double[_columns];
        Array.Fill(low, double.MaxValue);
        Array.Fill(high, double.MinValue);
        for (var word = 0; word < _words; word++)
        {
            for (var bits = _group[word]; bits != 0; bits &= bits - 1)
            {
                var place = (word * WordBits) + BitOperations.TrailingZeroCount(bits);
                for (var column = 0; column < _columns; column++)
                {
                    var value = _points[(place * _columns) + column];
                    (low[column], high[column]) = (Math.Min(low[column], value), Math.Max(high[column], value));
                }
            }
        }

        var volume = 1.0;
        for (var column = 0; column < _columns; column++)
        {
            volume *= Math.Max(high[column] - low[column], _radius * LeastSideShare);
        }

        return new Hotspot(Math.Clamp(points / volume, 0, double.MaxValue), low, high);
    }

    private readonly record struct Hotspot(double Density, double[] Low, double[] High);
}
