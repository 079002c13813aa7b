using System.Globalization;

namespace EdgeStream.Gateway.Config;

/// <summary>Sizes as a person writes them: <c>512</c>, <c>64KiB</c>, <c>5MB</c>, <c>1GiB</c>.</summary>
internal static class SizeText
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed =
        "a number of bytes, or one with KB, MB, GB, TB (thousands) or KiB, MiB, GiB, TiB (1024s)";

    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10),
        ("MiB", 1L << 20),
        ("GiB", 1L << 30),
        ("TiB", 1L << 40),
        ("KB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("B", 1),
        ("", 1),
    ];

    /// <summary>Reads a size; units are matched without regard to case.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        foreach (var (unit, unitBytes) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture, out var count))
            {
                var exact = count * unitBytes;
                bytes = (long)exact;
                return exact < long.MaxValue;
            }
        }

        return false;
    }

    /// <summary>The size in the largest 1024-based unit that divides it, readable by <see cref="TryParse"/>.</summary>
    public static string Format(long bytes)
    {
        for (var index = 3; index >= 0; index--)
        {
            var (unit, unitBytes) = Units[index];
            if (bytes >= unitBytes && bytes % unitBytes == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / unitBytes}{unit}");
            }
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The size for a person to read, rounded: <c>63.1 MiB</c>.</summary>
    public static string Round(long bytes)
    {
        for (var index = 3; index >= 0; index--)
        {
            var (unit, unitBytes) = Units[index];
            if (bytes >= unitBytes)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / unitBytes:0.#} {unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
    }
}
