using System.Buffers;

namespace EdgeStream.Sql;

/// <summary>A sum of numbers of any kind: integers and decimals exactly, doubles with the error of each addition
/// carried along, so that what was taken back leaves no trace worth naming.</summary>
internal struct NumberSum
{
    /// <summary>How many doubles are in; when the last is taken back, their sum is exactly nothing again.</summary>
    private long _doubleCount;
    private double _doubles;
    private double _error;
    private Int128 _exact;
    private int _scale;

    /// <summary>How many numbers are in.</summary>
    public long Count { get; private set; }

    /// <summary>Whether a double is in, so that the sum is one.</summary>
    public readonly bool IsDouble => _doubleCount > 0;

    /// <summary>The sum of the exact numbers, as digits of which <see cref="Scale"/> stand behind the point.</summary>
    public readonly Int128 Exact => _exact;

    public readonly int Scale => _scale;

    public readonly double Double => _doubles + _error + ((double)_exact / PowersOfTen.AsDouble(_scale));

    /// <summary>Adds a number (<paramref name="sign"/> 1) or takes it back (-1); false for anything but a
    /// number.</summary>
    public bool TryAdd(scoped in SqlValue value, int sign)
    {
        switch (value.Type)
        {
            case SqlType.Double:
                AddDouble(sign * value.Number);
                _doubleCount += sign;
                if (_doubleCount == 0)
                {
                    _doubles = _error = 0;
                }

                break;
            case SqlType.Integer or SqlType.Decimal or SqlType.Interval or SqlType.Months:
                AddExact(value.Integer, value.Scale, sign);
                break;
            default:
                return false;
        }

        Count += sign;
        return true;
    }

    public void Add(scoped in NumberSum other)
    {
        AddDouble(other._doubles);
        _error += other._error;
        _doubleCount += other._doubleCount;
        AddExact(other._exact, other._scale, 1);
        Count += other.Count;
    }

    public readonly void Save(IBufferWriter<byte> output)
    {
        output.WriteInt64(Count);
        output.WriteInt64(_doubleCount);
        output.WriteDouble(_doubles);
        output.WriteDouble(_error);
        output.WriteInt128(_exact);
        output.WriteByte((byte)_scale);
    }

    public static NumberSum Load(scoped ref StateReader reader)
    {
        var sum = new NumberSum
        {
            Count = reader.ReadCount(),
            _doubleCount = reader.ReadCount(),
            _doubles = reader.ReadDouble(),
            _error = reader.ReadDouble(),
            _exact = reader.ReadInt128(),
            _scale = reader.ReadByte(),
        };
        if (sum._scale > PowersOfTen.ExponentMax || sum._doubleCount > sum.Count)
        {
            reader.Break();
        }

        return sum;
    }

    /// <summary>Neumaier's summation.</summary>
    private void AddDouble(double number)
    {
        var sum = _doubles + number;
        _error += Math.Abs(_doubles) >= Math.Abs(number) ? _doubles - sum + number : number - sum + _doubles;
        _doubles = sum;
    }

    private void AddExact(Int128 digits, int scale, int sign)
    {
        if (scale > _scale)
        {
            _exact *= PowersOfTen.AsInteger(scale - _scale);
            _scale = scale;
        }
        else if (scale < _scale)
        {
            digits *= PowersOfTen.AsInteger(_scale - scale);
        }

        _exact += sign * digits;
    }
}
