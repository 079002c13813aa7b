namespace EdgeStream.Devices;

/// <summary>Bytes whose places the route's fields declare; see <see cref="BinaryField"/>.</summary>
internal sealed class BinaryDialect : Dialect
{
    private readonly (DialectField Field, BinaryField Place)[] _fields;
    private readonly int _sizeBytesMin;

    private BinaryDialect((DialectField Field, BinaryField Place)[] fields)
    {
        _fields = fields;
        _sizeBytesMin = fields.Max(field => field.Place.End);
    }

    internal static RouteProblem? TryCreate(Route route, out Dialect? dialect)
    {
        dialect = null;
        if (!DialectField.TryParse(route.Definition, hasPlaces: true, out var fields, out var problem))
        {
            return problem;
        }

        if (fields.Length == 0)
        {
            return DialectField.Problem(
                "the dialect binary needs 'fields' that say where the values stand, like 'temperature (Cel) = 0 i16 "
                    + "be *0.01'");
        }

        var places = new List<(DialectField, BinaryField)>();
        foreach (var field in fields)
        {
            if (BinaryField.Parse(field.Place, out var reason) is not { } place)
            {
                return DialectField.Problem(reason);
            }

            places.Add((field, place));
        }

        dialect = new BinaryDialect([.. places]);
        return null;
    }

    internal override bool TryRead(in DialectMessage message, ReadingBatch batch, out string problem)
    {
        problem = "";
        var payload = message.Payload;
        if (payload.Length < _sizeBytesMin)
        {
            problem = $"the payload has {payload.Length} bytes, and the route's fields reach to byte {_sizeBytesMin}. "
                + "Correct 'fields' of the route, or the sender";
            return false;
        }

        foreach (var (field, place) in _fields)
        {
            batch.Add(new Reading(field.Name, place.Read(payload), default, field.Unit));
        }

        return true;
    }
}
