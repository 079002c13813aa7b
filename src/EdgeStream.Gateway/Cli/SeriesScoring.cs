using System.Globalization;
using System.Text;
using EdgeStream.Analytics.Detection;

namespace EdgeStream.Gateway.Cli;

/// <summary>Reads a series as CSV and writes it again with a score behind each row, as far as it has come.</summary>
/// <param name="output">Where rows and errors go.</param>
/// <param name="lowestShown">Rows with a lower score are left out.</param>
/// <param name="explainedFrom">The score from which a row is explained; null leaves the column out.</param>
internal sealed class SeriesScoring(CommandOutput output, double lowestShown, double? explainedFrom)
{
    private const int LineBytesMax = 64 * 1024;
    private const int ErrorsToldMax = 20;

    private readonly AnomalyDetector _detector = new();
    private readonly StringBuilder _rows = new();
    private SeriesColumns? _columns;
    private long _lineNumber;
    private long _errors;

    /// <summary>Scores all lines; what has come is written before more is waited for.</summary>
    /// <exception cref="CommandException">There is no header, or a line has no end.</exception>
    public async Task<int> RunAsync(Stream input, CancellationToken cancellationToken)
    {
        var buffer = new byte[LineBytesMax];
        var held = 0;
        while (true)
        {
            var read = await input.ReadAsync(buffer.AsMemory(held), cancellationToken);
            if (read == 0)
            {
                break;
            }

            held = AcceptLines(buffer, held + read);
            WriteRows();
            if (held == buffer.Length)
            {
                throw new CommandException(
                    ExitCode.Damaged,
                    $"Line {_lineNumber + 1} is longer than {LineBytesMax} bytes: this is no CSV of a series.");
            }
        }

        if (held > 0)
        {
            Accept(buffer.AsSpan(0, held));
            WriteRows();
        }

        return End();
    }

    private int End()
    {
        if (_columns is null)
        {
            throw new CommandException(
                ExitCode.Damaged, "There is nothing to read: the first line must be the header 'timestamp,value'.");
        }

        if (_errors > ErrorsToldMax)
        {
            output.Error.WriteLine($"edgestream: {_errors} lines in all could not be read.");
        }

        return _errors == 0 ? ExitCode.Ok : ExitCode.Damaged;
    }

    /// <summary>Takes the whole lines of a buffer and moves what is left to its beginning.</summary>
    private int AcceptLines(byte[] buffer, int length)
    {
        var start = 0;
        while (buffer.AsSpan(start, length - start).IndexOf((byte)'\n') is var end and >= 0)
        {
            Accept(buffer.AsSpan(start, end));
            start += end + 1;
        }

        buffer.AsSpan(start, length - start).CopyTo(buffer);
        return length - start;
    }

    private void Accept(ReadOnlySpan<byte> bytes)
    {
        _lineNumber++;
        var line = Encoding.UTF8.GetString(bytes).TrimEnd('\r');
        if (_columns is null)
        {
            _columns = SeriesColumns.OfHeader(line.TrimStart('\uFEFF'))
                ?? throw new CommandException(
                    ExitCode.Damaged,
                    $"Line 1: '{Shortened(line)}' is no header; it must name the columns timestamp and value, like "
                        + "'timestamp,value'.");
            _rows.Append("timestamp,value,anomaly_score").Append(explainedFrom is null ? "\n" : ",explanation\n");
            return;
        }

        if (!string.IsNullOrWhiteSpace(line))
        {
            AcceptRow(line);
        }
    }

    private void AcceptRow(string line)
    {
        if (!_columns!.TrySplit(line, out var timestamp, out var text))
        {
            Refuse($"'{Shortened(line)}' has no column for the timestamp or the value.");
        }
        else if (!SeriesTime.TryParse(SeriesColumns.Unquoted(timestamp), out var unixSeconds))
        {
            Refuse($"'{Shortened(timestamp)}' is no time; write 2026-01-31 12:00:00, ISO 8601 or seconds since 1970.");
        }
        else if (!TryParseValue(SeriesColumns.Unquoted(text), out var value))
        {
            Refuse($"'{Shortened(text)}' is no number; leave the value empty where it is missing.");
        }
        else
        {
            Write(timestamp, text, _detector.Score(unixSeconds, value));
        }
    }

    private static bool TryParseValue(string text, out double value)
    {
        value = double.NaN;
        return text.Length == 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private void Write(string timestamp, string value, double score)
    {
        if (score < lowestShown)
        {
            return;
        }

        _rows.Append(timestamp).Append(',').Append(value)
            .Append(CultureInfo.InvariantCulture, $",{score:0.######}");
        if (explainedFrom is { } threshold)
        {
            _rows.Append(',');
            if (score >= threshold)
            {
                _rows.Append('"').Append(_detector.Explain()).Append('"');
            }
        }

        _rows.Append('\n');
    }

    private void Refuse(string reason)
    {
        // What was scored before it stands before it where both go to a terminal.
        WriteRows();
        if (++_errors <= ErrorsToldMax)
        {
            output.Error.WriteLine($"edgestream: line {_lineNumber}: {reason}");
        }
    }

    private void WriteRows()
    {
        if (_rows.Length > 0)
        {
            output.Out.Write(_rows);
            output.Out.Flush();
            _rows.Clear();
        }
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");
}
