using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>Tells whether a request certainly satisfies its constraints, without finding out which it breaks.</summary>
internal static class FastCheck
{
    /// <summary>Whether every member passes.</summary>
    internal static bool Passes(RequestValues values, Shape shape, int first)
    {
        var fields = shape.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            ref readonly var value = ref values.At(first + i);
            if (!value.IsPresent)
            {
                if (fields[i].IsRequired && (fields[i].Substitute is not { } name
                    || !values.At(first + shape.IndexOf(name)).IsPresent))
                {
                    return false;
                }
            }
            else if (!PassesValue(values, fields[i].Shape, value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool PassesValue(RequestValues values, Shape shape, in RequestValue value)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Integer:
                return !(value.Number < shape.Min || value.Number > shape.Max);
            case ShapeKind.Blob:
                return !(value.Length > shape.Max);
            case ShapeKind.String:
                return PassesText(values.BytesOf(value), shape);
            case ShapeKind.List when shape.Element!.Kind == ShapeKind.Structure:
                return PassesStructures(values, shape, value);
            case ShapeKind.Structure:
                return Passes(values, shape, value.Start);
            case ShapeKind.Boolean or ShapeKind.Timestamp:
                return true;
            default:
                // Short lists and maps of texts: the thorough check decides.
                return false;
        }
    }

    private static bool PassesStructures(RequestValues values, Shape shape, in RequestValue list)
    {
        if (list.Length < shape.Min || list.Length > shape.Max)
        {
            return false;
        }

        for (var at = list.Start; at != 0; at = values.At(at).Next)
        {
            if (!values.At(at).IsPresent || !Passes(values, shape.Element!, values.At(at).Start))
            {
                return false;
            }
        }

        return true;
    }

    private static bool PassesText(ReadOnlySpan<byte> text, Shape shape)
    {
        if (shape.Words is not null)
        {
            return false;
        }

        // A text has at most as many characters as bytes.
        if (text.Length > shape.Max && Encoding.UTF8.GetCharCount(text) > shape.Max)
        {
            return false;
        }

        return !(shape.Min > 0 && text.IsEmpty) && (shape.Pattern is null || shape.Pattern.IsMatch(text));
    }
}
