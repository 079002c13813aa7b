using System.Text;

namespace EdgeStream.Sql;

/// <summary>The English names of months, weekdays and halves of the day.</summary>
internal static class DateNames
{
    public static readonly byte[][] Months = Encode(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December");

    /// <summary>From Sunday on.</summary>
    public static readonly byte[][] Weekdays =
        Encode("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");

    public static readonly byte[][] Halves = Encode("AM", "PM");

    /// <summary>Takes a name, or its first three letters, off a text in any case; the index, or -1.</summary>
    public static int Take(byte[][] names, scoped ref ReadOnlySpan<byte> text)
    {
        for (var index = 0; index < names.Length; index++)
        {
            var name = names[index];
            foreach (var length in (ReadOnlySpan<int>)[name.Length, Math.Min(3, name.Length)])
            {
                if (text.Length >= length && Ascii.EqualsIgnoreCase(text[..length], name.AsSpan(0, length)))
                {
                    text = text[length..];
                    return index;
                }
            }
        }

        return -1;
    }

    private static byte[][] Encode(params string[] names) => Array.ConvertAll(names, Encoding.UTF8.GetBytes);
}
