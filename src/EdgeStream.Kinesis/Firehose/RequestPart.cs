namespace EdgeStream.Kinesis;

/// <summary>A structure within a request, however deep.</summary>
internal readonly struct RequestPart(RequestValues values, Shape shape, int first)
{
    /// <summary>The request itself.</summary>
    internal static RequestPart Of(RequestValues values) => new(values, values.Shape, values.Root);

    /// <summary>Whether it has the member.</summary>
    internal bool Has(string name) => Value(name).IsPresent;

    /// <summary>Whether its shape knows the member.</summary>
    internal bool HasMember(string name) => Array.Exists(shape.Fields, field => field.Name == name);

    /// <summary>Whether it has one of the members, of which its shape need not know every one.</summary>
    internal bool HasAny(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (HasMember(name) && Has(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A text member; null where there is none.</summary>
    internal string? Text(string name) => values.TextOf(Value(name));

    /// <summary>A number; null where there is none.</summary>
    internal int? Integer(string name) => Value(name) is { IsPresent: true } value ? (int)value.Number : null;

    /// <summary>A time; null where there is none.</summary>
    internal EdgeStream.Storage.Timestamp? Time(string name) => RequestValues.TimeOf(Value(name));

    /// <summary>A flag; null where there is none.</summary>
    internal bool? Flag(string name) => Value(name) is { IsPresent: true } value ? value.Number != 0 : null;

    /// <summary>A structure; null where there is none.</summary>
    internal RequestPart? Part(string name)
    {
        var at = shape.IndexOf(name);
        var value = values.At(first + at);
        return value.IsPresent ? new RequestPart(values, shape.Fields[at].Shape, value.Start) : null;
    }

    /// <summary>The structures of a list; none where there is no list.</summary>
    internal List<RequestPart> Parts(string name)
    {
        var index = shape.IndexOf(name);
        var list = values.At(first + index);
        var parts = new List<RequestPart>();
        for (var at = list.IsPresent ? list.Start : 0; at != 0; at = values.At(at).Next)
        {
            parts.Add(new RequestPart(values, shape.Fields[index].Shape.Element!, values.At(at).Start));
        }

        return parts;
    }

    private RequestValue Value(string name) => values.At(first + shape.IndexOf(name));
}
