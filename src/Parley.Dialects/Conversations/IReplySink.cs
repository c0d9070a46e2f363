namespace Parley.Dialects.Conversations;

/// <summary>Takes the events of one answer, in order.</summary>
public interface IReplySink
{
    void Accept(in ReplyEvent reply);
}
