using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery.Tests;

/// <summary>A random Parquet file, and what a reader must find in it.</summary>
internal sealed class ParquetSample
{
    private static readonly ColumnType[] Types = Enum.GetValues<ColumnType>();

    private static readonly double[] Reals =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon,
        0.0, -0.0, 1e-300, 20.5,
    ];

    private static readonly string[] Texts =
        ["", " ", "a", "köln", "日本", "🌡️ 21 °C", "tab\tquote\"", new('x', 300), "\u0000", "e\u0301"];

    private readonly Random _random;
    private readonly List<ParquetColumn> _columns = [];
    private readonly List<string?[]> _rows = [];
    private readonly List<Func<int, object?>> _values = [];

    public ParquetSample(Random random, int rowCount, int columnCount)
    {
        _random = random;
        for (var i = 0; i < columnCount; i++)
        {
            var type = Types[random.Next(Types.Length)];
            var column = new ParquetColumn($"{ColumnWords.Of(type)} {i}", type, random.Next(3) == 0);
            _columns.Add(column);
            _values.Add(MakeValues(column));
        }

        RowCount = rowCount;
    }

    public int RowCount { get; }

    /// <summary>The file; the same each time.</summary>
    public byte[] Write(CompressionKind compression, long groupSizeBytes)
    {
        using var output = new MemoryStream();
        using var writer = new ParquetWriter(output, compression, groupSizeBytes);
        foreach (var column in _columns)
        {
            writer.AddColumn(column);
        }

        _rows.Clear();
        for (var row = 0; row < RowCount; row++)
        {
            var texts = new string?[_columns.Count];
            for (var i = 0; i < _columns.Count; i++)
            {
                texts[i] = Add(writer.Buffers[i], _values[i](row));
            }

            _rows.Add(texts);
            writer.EndRow(_columns.Count * 8);
        }

        writer.End();
        return output.ToArray();
    }

    /// <summary>The expectation as JSON, with a few equalities that bounds must not hide.</summary>
    public string Expectation() => JsonSerializer.Serialize(new
    {
        columns = _columns.Select(column => new { name = column.Name, type = ColumnWords.Of(column.Type) }),
        rows = _rows,
        filters = Filters(),
    });

    private IEnumerable<object> Filters()
    {
        for (var i = 0; i < _columns.Count && RowCount > 0; i++)
        {
            var isText = _columns[i].Type == ColumnType.String;
            var value = _rows[_random.Next(RowCount)][i];
            if ((isText || _columns[i].Type is ColumnType.Int32 or ColumnType.Int64) && value?.Contains('\0') == false)
            {
                var column = i;
                yield return new
                {
                    column = _columns[i].Name,
                    literal = isText ? $"'{value.Replace("'", "''")}'" : $"({value})",
                    matches = _rows.Count(row => row[column] == value),
                };
            }
        }
    }

    private Func<int, object?> MakeValues(ParquetColumn column)
    {
        var seed = _random.Next();
        var nulls = column.IsRequired ? 0 : _random.Next(4) switch { 0 => 0, 1 => 10, 2 => 90, _ => 100 };
        var shape = _random.Next(4);
        return row =>
        {
            var random = new Random(unchecked((seed * 31) + row));
            return random.Next(100) < nulls ? null : ValueOf(column.Type, shape, row, random);
        };
    }

    private static object ValueOf(ColumnType type, int shape, int row, Random random)
    {
        long whole = shape switch
        {
            0 => 7,
            1 => random.Next(20) * 1_000_003L,
            2 => 1_700_000_000_000 + (row * 250L) + random.Next(9),
            _ => random.Next(8) == 0 ? (random.Next(2) == 0 ? long.MaxValue : long.MinValue) : random.NextInt64(),
        };
        switch (type)
        {
            case ColumnType.Boolean:
                return shape == 0 || random.Next(2) == 0 ? 1L : 0L;
            case ColumnType.Int32:
                return (long)(int)whole;
            case ColumnType.Int64:
                return whole;
            case ColumnType.TimestampMillis:
                return whole % 60_000_000_000_000;
            case ColumnType.TimestampMicros:
                return whole % 60_000_000_000_000_000;
            case ColumnType.Float:
                return (long)BitConverter.SingleToInt32Bits((float)RealOf(shape, random));
            case ColumnType.Double:
                return BitConverter.DoubleToInt64Bits(RealOf(shape, random));
            case ColumnType.String:
                return Encoding.UTF8.GetBytes(
                    shape < 2 ? Texts[random.Next(shape == 0 ? 2 : Texts.Length)] : $"{whole}/{Texts[row % 5]}");
            default:
                var bytes = new byte[shape == 0 ? 0 : random.Next(40)];
                random.NextBytes(bytes);
                return bytes;
        }
    }

    private static double RealOf(int shape, Random random) => shape switch
    {
        0 => 20.5,
        1 => Math.Round(random.NextDouble() * 5, 1),
        2 => random.NextDouble(),
        _ => Reals[random.Next(Reals.Length)],
    };

    private static string? Add(ColumnBuffer buffer, object? value)
    {
        switch (value)
        {
            case null:
                buffer.AddNull();
                return null;
            case long number:
                buffer.AddNumber(number);
                return TextOf(buffer.Column.Type, number);
            default:
                var bytes = (byte[])value;
                buffer.AddText(bytes);
                return buffer.Column.Type == ColumnType.String
                    ? Encoding.UTF8.GetString(bytes) : Convert.ToHexStringLower(bytes);
        }
    }

    private static string TextOf(ColumnType type, long number) => type switch
    {
        ColumnType.Boolean => number == 1 ? "true" : "false",
        ColumnType.Float => float.IsNaN(BitConverter.Int32BitsToSingle((int)number)) ? "nan" : $"{(int)number:x8}",
        ColumnType.Double => double.IsNaN(BitConverter.Int64BitsToDouble(number)) ? "nan" : $"{number:x16}",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };
}
