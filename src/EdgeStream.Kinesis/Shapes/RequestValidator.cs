using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>Checks a request against the constraints of its shape, with the service's order and texts.</summary>
/// <remarks>At most ten violations are named. A request without any allocates nothing.</remarks>
internal readonly ref struct RequestValidator
{
    private const int ViolationsMax = 10;

    private readonly RequestValues _values;
    private readonly List<string> _violations;
    private readonly bool _areKeysOptional;

    private RequestValidator(RequestValues values, List<string> violations, bool areKeysOptional)
    {
        _values = values;
        _violations = violations;
        _areKeysOptional = areKeysOptional;
    }

    /// <summary>Checks the request.</summary>
    /// <param name="values">The request.</param>
    /// <param name="areKeysOptional">Asked where something is missing: whether its records need no partition
    /// keys.</param>
    /// <exception cref="ApiException">It violates constraints; the message names them.</exception>
    internal static void Check(RequestValues values, Func<RequestValues, bool>? areKeysOptional = null)
    {
        if (FastCheck.Passes(values, values.Shape, values.Root))
        {
            return;
        }

        var violations = new List<string>(ViolationsMax);
        var validator = new RequestValidator(values, violations, areKeysOptional?.Invoke(values) == true);
        validator.CheckFields(values.Shape, values.Root, "");
        if (violations.Count > 0)
        {
            throw ApiException.Validation(
                $"{violations.Count} validation error{(violations.Count > 1 ? "s" : "")} detected: "
                    + string.Join("; ", violations));
        }
    }

    private void CheckFields(Shape shape, int first, string parent)
    {
        for (var i = 0; i < shape.Fields.Length; i++)
        {
            var field = shape.Fields[i];
            var value = _values.At(first + i);
            var path = parent + field.MessageName;
            if (!value.IsPresent)
            {
                if (field.IsRequired && !HasSubstitute(shape, first, field) && !IsOptionalKey(field))
                {
                    Add("null", path, "Member must not be null");
                }

                continue;
            }

            CheckValue(field.Shape, value, path);
        }
    }

    private bool IsOptionalKey(Field field) => _areKeysOptional && field.Name == "PartitionKey";

    private bool HasSubstitute(Shape shape, int first, Field field) =>
        field.Substitute is { } name && _values.At(first + shape.IndexOf(name)).IsPresent;

    private void CheckValue(Shape shape, in RequestValue value, string path)
    {
        if (shape.Words is { } words && !IsOneOf(words, _values.BytesOf(value)))
        {
            Add(Print(shape, value), path, $"Member must satisfy enum value set: [{string.Join(", ", words)}]");
        }

        if (shape.Pattern is { } pattern && !pattern.IsMatch(_values.BytesOf(value)))
        {
            Add(Print(shape, value), path, $"Member must satisfy regular expression pattern: {pattern.Text}");
        }

        CheckBounds(shape, value, path);
        switch (shape.Kind)
        {
            case ShapeKind.Structure:
                CheckFields(shape, value.Start, path + ".");
                break;
            case ShapeKind.List:
                CheckElements(shape, value, path);
                break;
            case ShapeKind.Map:
                CheckPairs(shape, value, path);
                break;
            default:
                break;
        }
    }

    private static bool IsOneOf(string[] words, ReadOnlySpan<byte> text)
    {
        foreach (var word in words)
        {
            if (Ascii.Equals(text, word))
            {
                return true;
            }
        }

        return false;
    }

    private void CheckBounds(Shape shape, in RequestValue value, string path)
    {
        var isNumber = shape.Kind == ShapeKind.Integer;
        var size = isNumber ? value.Number : LengthOf(shape, value);
        var word = isNumber ? "value" : "length";
        if (size < shape.Min)
        {
            Add(Print(shape, value), path, $"Member must have {word} greater than or equal to {shape.Min}");
        }

        if (size > shape.Max)
        {
            Add(Print(shape, value), path, $"Member must have {word} less than or equal to {shape.Max}");
        }
    }

    private void CheckElements(Shape shape, in RequestValue list, string path)
    {
        if (shape.KeyLength is { } length && !AreTextsWithin(list, length))
        {
            Add(
                Print(shape, list),
                path,
                $"Member must satisfy constraint: [{LengthText(length)}]");
        }

        var element = shape.Element!;
        var number = 1;
        for (var at = list.Start; at != 0 && _violations.Count < ViolationsMax; at = _values.At(at).Next, number++)
        {
            var value = _values.At(at);
            if (!value.IsPresent)
            {
                Add("null", $"{path}.{number}.member", "Member must not be null");
            }
            else if (element.Kind == ShapeKind.Structure)
            {
                CheckFields(element, value.Start, $"{path}.{number}.member.");
            }
            else
            {
                CheckValue(element, value, $"{path}.{number}.member");
            }
        }
    }

    private void CheckPairs(Shape shape, in RequestValue map, string path)
    {
        var areKeysRight = true;
        var areValuesRight = true;
        for (var at = map.Start; at != 0; at = _values.At(at).Next)
        {
            areKeysRight &= IsWithin(_values.At(at), shape.KeyLength!.Value);
            areValuesRight &= IsWithin(_values.At(at + 1), shape.ValueLength!.Value);
        }

        if (!areKeysRight)
        {
            Add(
                Print(shape, map),
                path,
                $"Map keys must satisfy constraint: [{LengthText(shape.KeyLength!.Value)}]");
        }

        if (!areValuesRight)
        {
            Add(
                Print(shape, map),
                path,
                $"Map value must satisfy constraint: [{LengthText(shape.ValueLength!.Value)}]");
        }
    }

    private bool AreTextsWithin(in RequestValue list, (int Min, int Max) length)
    {
        for (var at = list.Start; at != 0; at = _values.At(at).Next)
        {
            if (!IsWithin(_values.At(at), length))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsWithin(in RequestValue text, (int Min, int Max) length)
    {
        var characters = text.IsPresent ? Encoding.UTF8.GetCharCount(_values.BytesOf(text)) : 0;
        return characters >= length.Min && characters <= length.Max;
    }

    private static string LengthText((int Min, int Max) length) =>
        $"Member must have length less than or equal to {length.Max}, "
            + $"Member must have length greater than or equal to {length.Min}";

    private int LengthOf(Shape shape, in RequestValue value) =>
        shape.Kind == ShapeKind.String ? Encoding.UTF8.GetCharCount(_values.BytesOf(value)) : value.Length;

    /// <summary>The value as messages show it.</summary>
    private string Print(Shape shape, in RequestValue value)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Integer:
                return $"'{value.Number}'";
            case ShapeKind.Blob:
                return $"'java.nio.HeapByteBuffer[pos=0 lim={value.Length} cap={value.Length}]'";
            case ShapeKind.List or ShapeKind.Map:
                return PrintElements(shape, value);
            default:
                return $"'{QuotedText.Of(_values.BytesOf(value))}'";
        }
    }

    private string PrintElements(Shape shape, in RequestValue value)
    {
        var isMap = shape.Kind == ShapeKind.Map;
        var text = new StringBuilder(isMap ? "'{" : "'[");
        for (var at = value.Start; at != 0; at = _values.At(at).Next)
        {
            if (at != value.Start)
            {
                text.Append(", ");
            }

            if (text.Length > QuotedText.ListLengthMax)
            {
                text.Append("...");
                break;
            }

            text.Append(shape.ElementText ?? Quote(_values.At(at)));
            if (isMap)
            {
                text.Append('=').Append(Quote(_values.At(at + 1)));
            }
        }

        return text.Append(isMap ? "}'" : "]'").ToString();
    }

    private string? Quote(in RequestValue value) => value.IsPresent ? QuotedText.Of(_values.BytesOf(value)) : null;

    private void Add(string value, string path, string constraint)
    {
        if (_violations.Count < ViolationsMax)
        {
            _violations.Add($"Value {value} at '{path}' failed to satisfy constraint: {constraint}");
        }
    }
}
