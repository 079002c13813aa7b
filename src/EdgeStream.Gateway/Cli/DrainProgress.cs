using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Gateway.Cli;

/// <summary>How much of what waited at the beginning has gone: a line that is written over for a person, a line every
/// ten seconds for a program.</summary>
internal sealed class DrainProgress(CommandOutput output)
{
    private const int BarWidth = 30;
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <summary>Of each delivery, how many records must be settled.</summary>
    private readonly Dictionary<string, long> _targets = new(StringComparer.Ordinal);
    private long _total;
    private long _left;
    private long _beganAt;
    private long _lineAt;
    private int _shownWidth;

    /// <summary>Whether nothing is left of what waited at the beginning.</summary>
    public bool IsDone => _left == 0;

    /// <summary>Notes what waits.</summary>
    /// <exception cref="CommandException">A delivery is not there.</exception>
    public void Begin(JsonElement deliveries, string[] names)
    {
        foreach (var delivery in deliveries.EnumerateArray())
        {
            var name = NameOf(delivery);
            if (names.Length == 0 || names.Contains(name, StringComparer.Ordinal))
            {
                _targets[name] = Number(delivery, "appendedRecords");
                _total += Number(delivery, "backlogRecords");
            }
        }

        foreach (var name in names)
        {
            if (!_targets.ContainsKey(name))
            {
                throw new CommandException(ExitCode.Usage, $"There is no delivery '{name}'.");
            }
        }

        _beganAt = TimeProvider.System.GetTimestamp();
        Update(deliveries);
    }

    /// <summary>Shows how far they are.</summary>
    /// <exception cref="CommandException">A delivery has gone.</exception>
    public void Update(JsonElement deliveries)
    {
        long left = 0;
        var rate = 0.0;
        double? eta = 0;
        var found = 0;
        string? held = null;
        foreach (var delivery in deliveries.EnumerateArray())
        {
            if (!_targets.TryGetValue(NameOf(delivery), out var target))
            {
                continue;
            }

            found++;
            var rest = RestOf(delivery, target);
            var speed = delivery.GetProperty("drainRecordsPerSecond").GetDouble();
            left += rest;
            rate += speed;
            eta = rest == 0 ? eta : speed > 0 && eta is { } longest ? Math.Max(longest, rest / speed) : null;
            held = rest == 0 ? held : held ?? ReasonOf(delivery);
        }

        if (found < _targets.Count)
        {
            throw new CommandException(ExitCode.Unavailable, "A delivery has gone from the gateway's configuration.");
        }

        _left = left;
        Show(rate, eta, held);
    }

    /// <summary>Writes how it has ended.</summary>
    public void End(string how)
    {
        Clear();
        output.Out.WriteLine($"{how}: {_total - _left} of {_total} records");
    }

    /// <summary>What is left of a delivery. Records that came since may have gone before others that waited: those of
    /// history count as they are, and what waits is old as long as the oldest of it is.</summary>
    private long RestOf(JsonElement delivery, long target)
    {
        var backlog = Number(delivery, "backlogRecords");
        var settled = Number(delivery, "appendedRecords") - backlog;
        var rest = Math.Max(target - settled, Number(delivery, "historyRecords"));
        var age = TimeSpan.FromSeconds(delivery.GetProperty("lagSeconds").GetDouble());
        var isOld = backlog > 0 && age > TimeProvider.System.GetElapsedTime(_beganAt);
        return Math.Max(rest, isOld ? 1 : 0);
    }

    private static string NameOf(JsonElement delivery) => delivery.GetProperty("name").GetString()!;

    private static long Number(JsonElement delivery, string name) => delivery.GetProperty(name).GetInt64();

    /// <summary>Why it does not go on; null where it does.</summary>
    private static string? ReasonOf(JsonElement delivery)
    {
        var name = NameOf(delivery);
        var until = delivery.GetProperty("nextAttemptAt").GetString();
        return delivery.GetProperty("hold").GetString() switch
        {
            "month" => $"{name}: the month's bytes are used up until {until}",
            "window" => $"{name}: its windows are closed until {until}",
            _ => delivery.GetProperty("lastError").GetString() is { } error ? $"{name}: {error}" : null,
        };
    }

    private void Show(double rate, double? eta, string? held)
    {
        var done = Math.Max(0, _total - _left);
        var part = _total == 0 ? 1 : (double)done / _total;
        var left = eta is { } seconds ? $"{TimeSpan.FromSeconds(Math.Ceiling(seconds)):c} left"
            : "time left unknown";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{part * 100:0}% {done} of {_total} records, {rate:0.#}/s, {(held is null ? left : $"{left}, {held}")}");
        if (!output.IsTerminal)
        {
            if (_lineAt == 0 || TimeProvider.System.GetElapsedTime(_lineAt) >= LineInterval)
            {
                _lineAt = TimeProvider.System.GetTimestamp();
                output.Out.WriteLine(text);
            }

            return;
        }

        var full = (int)(part * BarWidth);
        var line = $"[{new string('#', full)}{new string('.', BarWidth - full)}] {text}";
        var width = Width();
        line = line.Length < width ? line : line[..(width - 1)];
        output.Out.Write($"\r{line.PadRight(_shownWidth)}");
        _shownWidth = line.Length;
    }

    /// <summary>A line that wraps can't be written over.</summary>
    private static int Width()
    {
        try
        {
            return Console.WindowWidth > 20 ? Console.WindowWidth : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    private void Clear()
    {
        if (_shownWidth > 0)
        {
            output.Out.Write($"\r{new string(' ', _shownWidth)}\r");
            _shownWidth = 0;
        }
    }
}
