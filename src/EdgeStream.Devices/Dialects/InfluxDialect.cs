using System.Buffers.Text;
using System.Text.Unicode;

namespace EdgeStream.Devices;

/// <summary>InfluxDB's line protocol, a record for each line.</summary>
/// <remarks>
/// <c>cpu,host=a usage=1.5,ok=t 1700000000000000000</c> gives <c>cpu_usage</c> and <c>cpu_ok</c>, and <c>host</c> as a
/// text. A field named <c>value</c> has its measurement's name alone. The device is what the route says, else the tag
/// <c>device</c>, else <c>host</c>, else the topic. The time may be of nanoseconds to seconds, told apart by magnitude.
/// </remarks>
internal sealed class InfluxDialect : Dialect
{
    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        problem = "";
        var rest = message.Payload;
        if (!Utf8.IsValid(rest))
        {
            problem = $"the payload is not valid UTF-8 from byte {PayloadDecoder.ValidPrefix(rest)} on. Send line "
                + "protocol as UTF-8";
            return false;
        }

        for (var line = 1; !rest.IsEmpty; line++)
        {
            var text = InfluxLine.TakeLine(ref rest).Trim(" \t\r"u8);
            if (text.IsEmpty || text[0] == '#')
            {
                continue;
            }

            if (!TryReadLine(text, message.Route.NamesDevice, batch, out problem))
            {
                problem = $"line {line} is no line protocol: {problem}. Write it like "
                    + "'weather,site=a temperature=21.5'";
                return false;
            }

            batch.Close();
        }

        return true;
    }

    private static bool TryReadLine(
        ReadOnlySpan<byte> text, bool routeNamesDevice, ReadingBatch batch, out string problem)
    {
        var line = new InfluxLine(text);
        var measurement = line.TakeName(batch.Kept, out var end);
        if (measurement.IsEmpty)
        {
            problem = "it begins with no measurement";
            return false;
        }

        var tags = end == ',' ? line : default;
        var device = ReadOnlySpan<byte>.Empty;
        while (end == ',')
        {
            if (!line.TryTakeTag(batch.Kept, out var name, out var value, out end))
            {
                problem = "a tag is not name=value";
                return false;
            }

            var isDevice = name.SequenceEqual("device"u8) || (device.IsEmpty && name.SequenceEqual("host"u8));
            device = isDevice && !routeNamesDevice ? value : device;
        }

        // The time stands behind the fields, and each of them needs it.
        var fields = line;
        if (!TryPassFields(ref line, batch, out problem) || !TryReadTime(line, out var time, out problem))
        {
            return false;
        }

        AddFields(ref fields, measurement, device, time, batch);
        while (tags.TryTakeTag(batch.Kept, out var name, out var value, out var next))
        {
            batch.Add(new Reading(name, ReadingValue.OfText(value), time, default, device));
            if (next != ',')
            {
                break;
            }
        }

        return true;
    }

    private static bool TryPassFields(ref InfluxLine line, ReadingBatch batch, out string problem)
    {
        problem = "";
        for (var end = (byte)','; end == ',';)
        {
            if (!line.TryTakeField(batch.Kept, out var name, out var value, out end)
                || !TryReadValue(value, batch.Kept, out _))
            {
                problem = name.IsEmpty ? "a field is missing" : $"the field '{Shown(name)}' has no value";
                return false;
            }
        }

        return true;
    }

    private static void AddFields(
        ref InfluxLine line,
        ReadOnlySpan<byte> measurement,
        ReadOnlySpan<byte> device,
        ReadingTime time,
        ReadingBatch batch)
    {
        for (var end = (byte)','; end == ',';)
        {
            _ = line.TryTakeField(batch.Kept, out var name, out var text, out end);
            _ = TryReadValue(text, batch.Kept, out var value);
            batch.Name.Add(measurement);
            if (!name.SequenceEqual("value"u8))
            {
                batch.Name.Add((byte)'_');
                batch.Name.Add(name);
            }

            batch.Add(new Reading(batch.Name.All, value, time, default, device));
            batch.Name.CutTo(0);
        }
    }

    private static bool TryReadTime(InfluxLine line, out ReadingTime time, out string problem)
    {
        var text = line.Rest.Trim((byte)' ');
        problem = "";
        time = default;
        if (text.IsEmpty)
        {
            return true;
        }

        if (!Utf8Parser.TryParse(text, out long number, out var used) || used != text.Length)
        {
            problem = $"'{Shown(text)}' at its end is no time";
            return false;
        }

        time = EventTimeRule.OfNumber(number);
        return true;
    }

    private static bool TryReadValue(ReadOnlySpan<byte> text, GrowingBytes kept, out ReadingValue value)
    {
        value = default;
        if (text is [(byte)'"', .. var inner, (byte)'"'])
        {
            value = ReadingValue.OfText(InfluxLine.Unescape(inner, kept));
            return true;
        }

        var number = text is [.., (byte)'i' or (byte)'u'] ? text[..^1] : text;
        if (JsonNumber.End(number, 0, out var isNumber) == number.Length && isNumber)
        {
            value = ReadingValue.OfDigits(number);
            return true;
        }

        if (number.Length == text.Length && Utf8Parser.TryParse(text, out double real, out var used)
            && used == text.Length && double.IsFinite(real))
        {
            value = ReadingValue.Of(real);
            return true;
        }

        var isTrue = text.SequenceEqual("t"u8) || text.SequenceEqual("T"u8) || text.SequenceEqual("true"u8)
            || text.SequenceEqual("True"u8) || text.SequenceEqual("TRUE"u8);
        value = ReadingValue.Of(isTrue);
        return isTrue || text.SequenceEqual("f"u8) || text.SequenceEqual("F"u8) || text.SequenceEqual("false"u8)
            || text.SequenceEqual("False"u8) || text.SequenceEqual("FALSE"u8);
    }

    private static string Shown(ReadOnlySpan<byte> text)
    {
        const int ShownBytesMax = 40;
        return System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, ShownBytesMax)]);
    }
}
