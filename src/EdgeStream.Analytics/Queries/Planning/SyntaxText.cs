using System.Globalization;
using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>One text for all ways to write an expression that mean the same column by column: so the key of a
/// GROUP BY is
/// found again in the select list.</summary>
internal sealed class SyntaxText(RelationScope scope)
{
    private readonly StringBuilder _text = new();

    public static string Of(Syntax syntax, RelationScope scope)
    {
        var writer = new SyntaxText(scope);
        writer.Write(syntax);
        return writer._text.ToString();
    }

    private void Write(Syntax? syntax)
    {
        switch (syntax)
        {
            case null:
                _text.Append('~');
                break;
            case NameSyntax name:
                Write(name);
                break;
            case LiteralSyntax literal:
                Open("literal", literal.Type, literal.Integer, literal.Scale, Convert.ToHexString(literal.Bytes));
                _text.Append(')');
                break;
            case FieldSyntax field:
                Close("field " + string.Join('.', field.Path.Select(part => part.Value)), field.Operand);
                break;
            case UnarySyntax unary:
                Close($"unary {unary.Operator}", unary.Operand);
                break;
            case BinarySyntax binary:
                Close($"binary {binary.Operator}", binary.Left, binary.Right);
                break;
            case SpanSyntax span:
                Close($"span {span.Type}", span.Difference);
                break;
            case CastSyntax cast:
                Close($"cast {cast.Type}", cast.Operand);
                break;
            case CaseSyntax one:
                Close("case", [one.Operand, .. one.Whens, .. one.Thens, one.Else]);
                break;
            case InSyntax list:
                Close("in", [list.Operand, .. list.List]);
                break;
            case BetweenSyntax between:
                Close($"between {between.IsSymmetric}", between.Operand, between.Low, between.High);
                break;
            case LikeSyntax like:
                Close($"like {like.IsSimilar} {like.Escape?.Value}", like.Operand, like.Pattern);
                break;
            case CallSyntax call:
                Open("call", call.Token.Value.ToUpperInvariant(), call.Keyword, call.Unit, call.Returning, call.IsStar,
                    call.IsDistinct, call.IgnoresNulls, call.IsFromLast);
                _text.Append(')');
                Close("arguments", [.. call.Arguments]);
                break;
            case DeclaredCallSyntax declared:
                Open("declared", declared.Function.Name.Value, declared.Function.Name.Offset);
                _text.Append(')');
                Close("arguments", [.. declared.Arguments]);
                break;
            default:
                // What is not known here is equal to nothing but itself.
                _text.Append(CultureInfo.InvariantCulture, $"@{syntax.Token.Offset}");
                break;
        }
    }

    private void Write(NameSyntax name) => _text.Append("column ").Append(scope.Resolve(name).Id);

    private void Open(string what, params ReadOnlySpan<object?> values)
    {
        _text.Append(what).Append('(');
        foreach (var value in values)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{value} ");
        }
    }

    private void Close(string what, params ReadOnlySpan<Syntax?> operands)
    {
        _text.Append(what).Append('(');
        foreach (var operand in operands)
        {
            Write(operand);
            _text.Append(',');
        }

        _text.Append(')');
    }
}
