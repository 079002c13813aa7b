using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>What a condition demands to be equal between the two sides: it finds partners without comparing
/// all.</summary>
internal sealed class JoinKeys(string text, AliasedRelation left, AliasedRelation right)
{
    public List<Expression> Left { get; } = [];

    public List<Expression> Right { get; } = [];

    /// <summary>Takes the equalities of columns out of terms that AND puts together.</summary>
    public void Collect(Syntax syntax)
    {
        if (syntax is not BinarySyntax binary)
        {
            return;
        }

        if (binary.Operator == BinaryOperator.And)
        {
            Collect(binary.Left);
            Collect(binary.Right);
        }
        else if (binary is { Operator: BinaryOperator.Equal, Left: NameSyntax one, Right: NameSyntax other })
        {
            _ = TryAdd(one, other) || TryAdd(other, one);
        }
    }

    private bool TryAdd(NameSyntax inLeft, NameSyntax inRight)
    {
        if (Find(left, right, inLeft) is not { IsRowtime: false } first
            || Find(right, left, inRight) is not { IsRowtime: false } second)
        {
            return false;
        }

        Left.Add(first.Expression);
        Right.Add(second.Expression);
        return true;
    }

    /// <summary>The column of one side, if the name cannot mean the other.</summary>
    private ColumnUse? Find(AliasedRelation side, AliasedRelation other, NameSyntax syntax)
    {
        var name = new ColumnName(text, syntax.Parts, 0);
        return side.IsMeantBy(name, out var rest) ? side.Relation.Find(rest)
            : other.IsMeantBy(name, out _) || name.Count > 1 || other.Relation.Find(name) is not null ? null
            : side.Relation.Find(name);
    }
}
