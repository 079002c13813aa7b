using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Benchmarks.Areas.Nab;

/// <summary>One labelled recording of the Numenta Anomaly Benchmark.</summary>
internal sealed class NabRecording
{
    private const double ProbationShare = 0.15;
    private const int ProbationValuesMax = 750;

    // Beyond three widths past a window an alert counts as wholly false.
    private const double WidthsMax = 3;
    private const double Steepness = 5;

    private readonly double[] _worth;
    private readonly int[] _window;
    private readonly int _probation;

    private NabRecording(string name, string[] lines, (string First, string Last)[] windows)
    {
        Name = name;
        Lines = lines;
        Windows = windows.Length;
        _worth = new double[lines.Length];
        _window = new int[lines.Length];
        _probation = (int)Math.Min(Math.Floor(ProbationShare * lines.Length), ProbationValuesMax);
        Seconds = new long[lines.Length];
        Values = new double[lines.Length];
        for (var index = 0; index < lines.Length; index++)
        {
            var cells = lines[index].Split(',');
            Seconds[index] = TimeOf(cells[0]);
            Values[index] = double.Parse(cells[1], CultureInfo.InvariantCulture);
        }

        Label(windows);
    }

    /// <summary>Folder and file.</summary>
    public string Name { get; }

    /// <summary>The rows as they stand in the file.</summary>
    public string[] Lines { get; }

    public long[] Seconds { get; }

    public double[] Values { get; }

    /// <summary>How many labelled windows it has.</summary>
    public int Windows { get; }

    /// <summary>All recordings that a folder's <c>windows.json</c> names, from its folder <c>data</c>.</summary>
    public static NabRecording[] ReadAll(string folder)
    {
        using var labels = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "windows.json")));
        return
        [
            .. labels.RootElement.EnumerateObject()
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Select(file => new NabRecording(
                    file.Name,
                    [.. File.ReadLines(Path.Combine(folder, "data", file.Name)).Skip(1)],
                    [.. file.Value.EnumerateArray().Select(
                        window => (window[0].GetString()!, window[1].GetString()!))]))
        ];
    }

    /// <summary>What alerts are worth above none at all; each found window counts once, by its best alert.</summary>
    public double Gain(ReadOnlySpan<bool> alerts, NabProfile profile)
    {
        var gain = 0.0;
        Span<double> best = stackalloc double[Windows];
        best.Fill(double.NegativeInfinity);
        for (var index = _probation; index < alerts.Length; index++)
        {
            if (!alerts[index])
            {
                continue;
            }

            if (_window[index] < 0)
            {
                gain += _worth[index] * profile.False;
            }
            else
            {
                best[_window[index]] = Math.Max(best[_window[index]], _worth[index]);
            }
        }

        foreach (var worth in best)
        {
            gain += double.IsFinite(worth) ? worth + profile.Missed : 0;
        }

        return gain;
    }

    private void Label((string First, string Last)[] windows)
    {
        Array.Fill(_window, -1);
        Array.Fill(_worth, -1);
        for (var current = 0; current < windows.Length; current++)
        {
            var (first, last) = (Array.IndexOf(Seconds, TimeOf(windows[current].First)),
                Array.IndexOf(Seconds, TimeOf(windows[current].Last)));
            double width = last - first + 1;
            for (var index = first; index <= last; index++)
            {
                _worth[index] = Sigmoid(-(last - index + 1) / width) / Sigmoid(-1);
                _window[index] = current;
            }

            for (var index = last + 1; index < _worth.Length; index++)
            {
                _worth[index] = Sigmoid((index - last) / (width - 1));
            }
        }
    }

    private static double Sigmoid(double widths) =>
        widths > WidthsMax ? -1 : (2 / (1 + Math.Exp(Steepness * widths))) - 1;

    private static long TimeOf(string text) =>
        (DateTime.Parse(text, CultureInfo.InvariantCulture) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
}
