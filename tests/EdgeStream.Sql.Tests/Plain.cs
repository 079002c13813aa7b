using System.Globalization;
using System.Text;

namespace EdgeStream.Sql.Tests;

/// <summary>A value as a word: <c>i:1</c>, <c>d:2.5</c>, <c>t:text</c>, <c>b:1</c>, or <c>n</c> for NULL.</summary>
internal sealed record Plain(string Text)
{
    public bool IsNull => Text == "n";

    public double? Number => Text[0] is 'i' or 'd' ? double.Parse(Text[2..], CultureInfo.InvariantCulture) : null;

    public SqlValue Value => Text[0] switch
    {
        'i' => SqlValue.OfInteger(long.Parse(Text[2..], CultureInfo.InvariantCulture)),
        'd' => SqlValue.Of(double.Parse(Text[2..], CultureInfo.InvariantCulture)),
        'b' => SqlValue.Of(Text[2] == '1'),
        't' => SqlValue.Of(Encoding.UTF8.GetBytes(Text[2..])),
        _ => SqlValue.Null,
    };

    /// <summary>A random value that the function can take.</summary>
    public static Plain Random(Random random, AggregateKind kind)
    {
        if (kind is AggregateKind.Any or AggregateKind.Every)
        {
            return new Plain(new[] { "n", "b:1", "b:0" }[random.Next(3)]);
        }

        var takesText = kind is AggregateKind.Count or AggregateKind.CountRows or AggregateKind.FirstValue
            or AggregateKind.LastValue or AggregateKind.NthValue;
        return new Plain(random.Next(takesText ? 4 : 3) switch
        {
            0 => "n",
            1 => string.Create(CultureInfo.InvariantCulture, $"i:{random.Next(-5, 6)}"),
            2 => string.Create(CultureInfo.InvariantCulture, $"d:{random.Next(-50, 50) / 10.0}"),
            _ => $"t:{new string('x', random.Next(12))}",
        });
    }
}
