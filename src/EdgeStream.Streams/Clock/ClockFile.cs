using System.Globalization;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>
/// The file <c>clock</c> of a data folder: the right time in each start of the machine (<see cref="ClockLine"/>), and
/// in the line <c>time unix-microseconds</c> the latest time that is known.
/// </summary>
/// <param name="Lines">In the order of the file: older starts first.</param>
/// <param name="Known">The latest known time; the epoch where there is none.</param>
internal sealed record ClockFile(IReadOnlyList<ClockLine> Lines, Timestamp Known)
{
    private const string FileName = "clock";
    private const string TimeWord = "time ";
    private const int LinesMax = 1000;

    /// <summary>What is to be put right, for all starts of the machine.</summary>
    internal ClockCorrections Corrections
    {
        get
        {
            var boots = Lines.Where(line => line.IsCorrected).Select(line => line.Regime.BootOrdinal).ToHashSet();
            return boots.Count == 0
                ? ClockCorrections.None
                : new ClockCorrections(
                    Lines.Where(line => boots.Contains(line.Regime.BootOrdinal)).Select(line => line.Regime));
        }
    }

    /// <summary>Reads it; empty if there is none. A line that is none is passed over.</summary>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    internal static ClockFile Read(IDisk disk, string folder)
    {
        var lines = new List<ClockLine>();
        var known = new Timestamp(0);
        foreach (var text in Encoding.ASCII.GetString(disk.TryRead(Path.Combine(folder, FileName)) ?? []).Split('\n'))
        {
            if (ClockLine.TryParse(text, out var line))
            {
                lines.Add(line);
            }
            else if (text.StartsWith(TimeWord, StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(TimeWord.Length), CultureInfo.InvariantCulture, out var microseconds))
            {
                known = new Timestamp(microseconds);
            }
        }

        return new ClockFile(lines, known);
    }

    /// <summary>Makes it durable, with the newest lines of those that are too many.</summary>
    /// <exception cref="IOException">It cannot be written; the old one is there.</exception>
    internal void Write(IDisk disk, string folder)
    {
        var text = new StringBuilder();
        foreach (var line in Lines.TakeLast(LinesMax))
        {
            text.Append(line.ToString()).Append('\n');
        }

        text.Append(TimeWord).Append(CultureInfo.InvariantCulture, $"{Known.UnixMicroseconds}\n");
        disk.Replace(Path.Combine(folder, FileName), Encoding.ASCII.GetBytes(text.ToString()));
    }
}
