using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>JSON of any shape: every value a reading, or those that the route's fields name by their paths.</summary>
/// <remarks>
/// The items of an array at the root, or at the route's <c>each</c>, are read one by one, each into records of its own;
/// paths begin at the item. What a path leads to may itself be an object or array: its values are then named after the
/// field.
/// </remarks>
internal sealed class JsonDialect : Dialect
{
    private readonly (DialectField Field, JsonPath Path)[] _fields;
    private readonly JsonPath? _each;

    private JsonDialect((DialectField Field, JsonPath Path)[] fields, JsonPath? each)
    {
        _fields = fields;
        _each = each;
    }

    internal static RouteProblem? TryCreate(Route route, out Dialect? dialect)
    {
        dialect = null;
        if (!DialectField.TryParse(route.Definition, hasPlaces: true, out var fields, out var problem))
        {
            return problem;
        }

        var withPaths = new List<(DialectField, JsonPath)>();
        foreach (var field in fields)
        {
            if (!JsonPath.TryParse(field.Place, out var path, out var reason))
            {
                return DialectField.Problem(reason);
            }

            withPaths.Add((field, path!));
        }

        JsonPath? each = null;
        if (route.Definition.Each.Length > 0 && !JsonPath.TryParse(route.Definition.Each, out each, out var wrong))
        {
            return new RouteProblem("each", wrong);
        }

        dialect = new JsonDialect([.. withPaths], each);
        return null;
    }

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        var payload = message.Payload;
        if (!PayloadDecoder.TryValidate(payload, out problem))
        {
            return false;
        }

        Utf8JsonReader reader;
        if (_each is not null)
        {
            if (!_each.TryFind(payload, out reader) || reader.TokenType != JsonTokenType.StartArray)
            {
                problem = $"the payload has no array at '{_each.Text}', whose items are the readings. Correct 'each' "
                    + "of the route, or the sender";
                return false;
            }
        }
        else
        {
            reader = new Utf8JsonReader(payload, PayloadDecoder.ReaderOptions);
            _ = reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                return TryReadItem(message, payload, batch, out problem);
            }
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!TryReadItem(message, payload[start..(int)reader.BytesConsumed], batch, out problem))
            {
                return false;
            }

            batch.Close();
        }

        return true;
    }

    private bool TryReadItem(
        in DialectMessage message, ReadOnlySpan<byte> item, ReadingBatch batch, out string problem)
    {
        problem = "";
        var route = message.Route;
        var time = TimeOf(route, item, message.Payload, batch);
        var leaves = new JsonLeaves(batch, LeafRules.None, time);
        if (route.DevicePath is { } devicePath)
        {
            leaves.Device = DeviceAt(devicePath, item, message.Payload, batch);
            if (leaves.Device.IsEmpty)
            {
                problem = $"the payload has no text or number at '{devicePath.Text}' that names the device. Correct "
                    + "'device' of the route, or the sender";
                return false;
            }
        }

        if (_fields.Length == 0)
        {
            var reader = new Utf8JsonReader(item, PayloadDecoder.ReaderOptions);
            _ = reader.Read();
            leaves.Add(ref reader);
            return true;
        }

        var found = false;
        foreach (var (field, path) in _fields)
        {
            if (path.TryFind(item, out var reader))
            {
                found = true;
                batch.Name.Add(field.Name);
                leaves.Add(ref reader, field.Unit);
                batch.Name.CutTo(0);
            }
        }

        if (!found)
        {
            problem = $"the payload has none of the route's {_fields.Length} fields, such as '{_fields[0].Path.Text}'. "
                + "Correct 'fields' of the route, or the sender";
        }

        return found;
    }

    private static ReadingTime TimeOf(
        Route route, ReadOnlySpan<byte> item, ReadOnlySpan<byte> payload, ReadingBatch batch)
    {
        if (route.Time.Path is not { } path)
        {
            return default;
        }

        return path.TryFind(item, out var reader) || path.TryFind(payload, out reader)
            ? EventTimeRule.Read(ref reader, route.Zone, batch.Now)
            : ReadingTime.Unusable;
    }

    private static ReadOnlySpan<byte> DeviceAt(
        JsonPath path, ReadOnlySpan<byte> item, ReadOnlySpan<byte> payload, ReadingBatch batch)
    {
        if (!(path.TryFind(item, out var reader) || path.TryFind(payload, out reader))
            || reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            return default;
        }

        var start = batch.Kept.Count;
        JsonLeaves.AddName(ref reader, batch.Kept);
        return batch.Kept.All[start..];
    }
}
