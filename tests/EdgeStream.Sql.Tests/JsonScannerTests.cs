using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Sql.Tests;

/// <summary>Holds the scanner against the framework's reader: the same records are refused, and the same is found in
/// the others.</summary>
public sealed class JsonScannerTests
{
    private static readonly string[] Paths =
        ["a", "b", "c.d", "c.d.e", "c", "\"odd name\"", "long_name_of_a_column", "é", "list", "c.f"];

    private static readonly string[] Names =
        ["a", "b", "c", "d", "e", "f", "odd name", "long_name_of_a_column", "é", "list", "x", "\\u0061", "", "no\\n"];

    private static readonly string[] Texts =
    [
        "", "x", "1234567", "12345678", "123456789", "a longer text that has more than two words", "é", "ü\\u00e9",
        "\\\"", "\\\\", "\\/\\b\\f\\n\\r\\t", "\\ud83d\\ude00", "\\ud800", "tail\\\\", "\u007f", "\\u12", "\\x",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "21.5", "-0.0", "1e3", "1E+3", "1e-3", "2.5e-7", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "12345678901234567890123",
        "0.1", "123456789.123456789", "1e22", "1e23", "9007199254740993", "9007199254740993.0", "1e308", "1e309",
        "-1e400", "5e-324", "1e-400", "01", "1.", ".5", "-", "+1", "1e", "1e+", "0x1", "1.7976931348623157e308",
    ];

    [Fact]
    public void Columns_are_found_as_the_frameworks_reader_finds_them()
    {
        var seed = TestSeed.Take(1).First();
        TestSeed.Run(seed, random =>
        {
            var read = 0;
            JsonColumns? used = null;
            for (var round = 0; round < 20_000; round++)
            {
                var bytes = Encoding.UTF8.GetBytes(Object(random, 4));
                Damage(random, ref bytes);
                read += Compare(bytes, ref used) ? 1 : 0;
            }

            Assert.InRange(read, 1000, 19_000);
        });
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    public void The_depth_that_is_read_ends_at_the_same_level(int depth)
    {
        var arrays = new string('[', depth - 1) + new string(']', depth - 1);
        var objects = string.Concat(Enumerable.Repeat("{\"c\":", depth)) + "1" + new string('}', depth);
        var isRead = Compare(Encoding.UTF8.GetBytes($"{{\"x\":{arrays}}}"));

        Assert.Equal(depth <= 64, isRead);
        Assert.Equal(depth <= 64, Compare(Encoding.UTF8.GetBytes($"{{\"list\":{arrays}}}")));
        Assert.Equal(depth <= 64, Compare(Encoding.UTF8.GetBytes(objects)));
        Assert.Equal(depth <= 64, Compare(Encoding.UTF8.GetBytes($"{{\"a\":1,\"c\":{{\"d\":{arrays[1..^1]}}}}}")));
    }

    [Fact]
    public void Every_record_cut_short_is_refused()
    {
        var json = """{"a":-1.5e3,"b":"x\u00e9y","c":{"d":{"e":[true,false,null]}},"list":[{},[],""]}"""u8.ToArray();
        JsonColumns? used = null;
        Assert.True(Compare(json, ref used));
        for (var length = 0; length < json.Length; length++)
        {
            Assert.False(Compare(json[..length], ref used));
        }
    }

    private static bool Compare(byte[] json)
    {
        JsonColumns? used = null;
        return Compare(json, ref used);
    }

    private static bool Compare(byte[] json, ref JsonColumns? used)
    {
        var columns = new ColumnSet();
        foreach (var path in Paths)
        {
            Assert.True(ColumnPath.TryParse(path, out var parsed));
            columns.Add(parsed);
        }

        var slow = new JsonColumns(columns);
        var isRead = slow.TryReadSlowly(json);
        var text = Encoding.UTF8.GetString(json);

        // One that has read no record before, and one that knows how the members of all those before stood.
        used ??= new JsonColumns(columns);
        foreach (var fast in (JsonColumns[])[new JsonColumns(columns), used])
        {
            Assert.True(fast.TryRead(json) == isRead, $"{text}: {(isRead ? "refused" : "taken")}");
            for (var slot = 0; slot < columns.Count; slot++)
            {
                Assert.Equal(Describe(slow, slot, json), Describe(fast, slot, json));
            }
        }

        return isRead;
    }

    private static string Describe(JsonColumns columns, int slot, byte[] json)
    {
        var value = columns.Get(slot, json);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Paths[slot]} {value.Type} {value.Integer} {Convert.ToHexString(value.Text)} {columns.IsPresent(slot)} ")
            + Encoding.UTF8.GetString(columns.GetRaw(slot, json));
    }

    private static string Object(Random random, int depth)
    {
        var members = new List<string>();
        for (var count = random.Next(6); count > 0; count--)
        {
            members.Add($"{Blank(random)}\"{Pick(random, Names)}\"{Blank(random)}:{Value(random, depth - 1)}");
        }

        return $"{Blank(random)}{{{string.Join(',', members)}{Blank(random)}}}{Blank(random)}";
    }

    private static string Value(Random random, int depth) => Blank(random) + random.Next(depth <= 0 ? 4 : 6) switch
    {
        0 => $"\"{Pick(random, Texts)}\"",
        1 => random.Next(4) == 0 ? Pick(random, Numbers) : RandomNumber(random),
        2 => Pick(random, ["true", "false", "null", "nul", "True"], 3),
        3 => RandomNumber(random),
        4 => Object(random, depth),
        _ => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1)))}]",
    } + Blank(random);

    private static string RandomNumber(Random random) => random.Next(3) switch
    {
        0 => random.NextInt64(-1000, 1000).ToString(CultureInfo.InvariantCulture),
        1 => (random.NextDouble() * Math.Pow(10, random.Next(-30, 30))).ToString("R", CultureInfo.InvariantCulture),
        _ => Math.Round(random.NextDouble() * 1000, random.Next(6)).ToString(CultureInfo.InvariantCulture),
    };

    private static string Blank(Random random) => random.Next(8) == 0 ? Pick(random, [" ", "\n", "\t\r ", "  "]) : "";

    /// <summary>One of some; those past <paramref name="common"/> come seldom.</summary>
    private static string Pick(Random random, string[] from, int common = int.MaxValue) =>
        from[random.Next(random.Next(10) == 0 ? from.Length : Math.Min(common, from.Length))];

    private static void Damage(Random random, ref byte[] bytes)
    {
        if (random.Next(3) > 0)
        {
            return;
        }

        for (var change = random.Next(3); change > 0; change--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(2) == 0
                ? (byte)random.Next(256) : (byte)"{}[],:\"\\ 0-e.tn"[random.Next(15)];
        }

        bytes = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }
}
