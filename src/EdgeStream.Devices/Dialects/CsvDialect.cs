using System.Text.Json;
using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>Lines of values with commas, semicolons or tabs in between (RFC 4180), a record for each line.</summary>
/// <remarks>
/// The route's fields name the columns in their order: <c>-</c> leaves one out, <c>device</c> is the device and
/// <c>time</c> the event time. Without fields the first line is the header that names them. The separator is the first
/// of the three that stands in the first line outside quotes. Empty values are left out.
/// </remarks>
internal sealed class CsvDialect(DialectField[] columns) : Dialect
{
    internal static RouteProblem? TryCreate(Route route, out Dialect? dialect)
    {
        dialect = DialectField.TryParse(route.Definition, hasPlaces: false, out var fields, out var problem)
            ? new CsvDialect(fields) : null;
        return problem;
    }

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        problem = "";
        var rest = message.Payload;
        if (!Utf8.IsValid(rest))
        {
            problem = $"the payload is not valid UTF-8 from byte {PayloadDecoder.ValidPrefix(rest)} on. Send CSV as "
                + "UTF-8";
            return false;
        }

        var separator = SeparatorOf(rest);
        ReadOnlySpan<byte> header = default;
        var line = 0;
        while (!rest.IsEmpty)
        {
            var row = CsvRow.TakeLine(ref rest);
            line++;
            if (row.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            if (columns.Length == 0 && header.IsEmpty)
            {
                header = row;
                continue;
            }

            var names = new CsvRow(header, separator);
            if (!TryReadRow(new CsvRow(row, separator), names, message.Route, batch, out problem))
            {
                problem = $"line {line}: {problem}";
                return false;
            }

            batch.Close();
        }

        if (batch.Readings == 0)
        {
            problem = columns.Length == 0
                ? "the payload has no line of values below its header. Send one, or name the columns in 'fields' of "
                    + "the route"
                : "the payload has no value. Send a line of values";
        }

        return batch.Readings > 0;
    }

    private bool TryReadRow(CsvRow row, CsvRow header, Route route, ReadingBatch batch, out string problem)
    {
        problem = "";
        ReadOnlySpan<byte> device = default;
        var time = default(ReadingTime);
        var names = header;
        var values = row;
        for (var column = 0; values.TryTake(batch.Kept, out var value, out problem); column++)
        {
            if (!TryName(column, ref names, batch, out var name, out _, out problem))
            {
                return false;
            }

            if (name.SequenceEqual("device"u8))
            {
                device = value;
            }
            else if (name.SequenceEqual("time"u8))
            {
                time = ReadTime(value, route, batch);
            }
        }

        names = header;
        values = row;
        for (var column = 0; problem.Length == 0 && values.TryTake(batch.Kept, out var value, out problem); column++)
        {
            _ = TryName(column, ref names, batch, out var name, out var unit, out _);
            if (!value.IsEmpty && !name.SequenceEqual("device"u8) && !name.SequenceEqual("time"u8)
                && !name.SequenceEqual("-"u8))
            {
                batch.Add(new Reading(name, ValueOf(value), time, unit, device));
            }
        }

        return problem.Length == 0;
    }

    private bool TryName(
        int column,
        ref CsvRow names,
        ReadingBatch batch,
        out ReadOnlySpan<byte> name,
        out ReadOnlySpan<byte> unit,
        out string problem)
    {
        problem = "";
        unit = default;
        if (columns.Length == 0)
        {
            if (names.TryTake(batch.Kept, out name, out problem))
            {
                return true;
            }

            problem = problem.Length > 0 ? $"in the header {problem}"
                : $"there are more values than the header's {column} columns";
            return false;
        }

        name = column < columns.Length ? columns[column].Name : default;
        if (column >= columns.Length)
        {
            problem = $"there are more values than the route's {columns.Length} fields. Name the others in 'fields', "
                + "or '-' for those to be left out";
            return false;
        }

        unit = columns[column].Unit;
        return true;
    }

    private static ReadingTime ReadTime(ReadOnlySpan<byte> value, Route route, ReadingBatch batch)
    {
        if (value.IsEmpty)
        {
            return default;
        }

        // As JSON writes it, so that every time is read by one rule.
        var isNumber = JsonNumber.End(value, 0, out var isWhole) == value.Length && isWhole;
        var start = batch.Kept.Count;
        if (isNumber)
        {
            batch.Kept.Add(value);
        }
        else
        {
            batch.Kept.AddString(value);
            IsoText(batch.Kept, start);
        }

        var reader = new Utf8JsonReader(batch.Kept.All[start..], PayloadDecoder.ReaderOptions);
        _ = reader.Read();
        return EventTimeRule.Read(ref reader, route.Zone, batch.Now);
    }

    /// <summary>Spreadsheets put a space between date and time, where ISO 8601 has a T.</summary>
    private static void IsoText(GrowingBytes text, int start)
    {
        const int DateLength = 10;
        var space = start + 1 + DateLength;
        if (space < text.Count && text.All[space] == ' ')
        {
            text.Replace(space, (byte)'T');
        }
    }

    private static ReadingValue ValueOf(ReadOnlySpan<byte> value)
    {
        var end = JsonNumber.End(value, 0, out var isNumber);
        return isNumber && end == value.Length ? ReadingValue.OfDigits(value)
            : value.SequenceEqual("true"u8) ? ReadingValue.Of(true)
            : value.SequenceEqual("false"u8) ? ReadingValue.Of(false)
            : ReadingValue.OfText(value);
    }

    private static byte SeparatorOf(ReadOnlySpan<byte> text)
    {
        var inQuotes = false;
        foreach (var letter in text)
        {
            if (letter == '"')
            {
                inQuotes = !inQuotes;
            }
            else if (!inQuotes && letter is (byte)',' or (byte)';' or (byte)'\t')
            {
                return letter;
            }
            else if (!inQuotes && letter == '\n')
            {
                break;
            }
        }

        return (byte)',';
    }
}
