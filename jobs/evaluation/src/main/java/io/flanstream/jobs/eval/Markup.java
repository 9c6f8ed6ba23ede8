package io.flanstream.jobs.eval;

import java.io.Writer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes HTML as well-formed XML: whatever a text says, it stays text. */
final class Markup {
  private final XMLStreamWriter out;

  Markup(Writer out) {
    try {
      this.out = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
      this.out.writeDTD("<!DOCTYPE html>");
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Begins an element; attributes are names and values in turn. */
  Markup open(String tag, String... attributes) {
    try {
      out.writeStartElement(tag);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Ends the element that began last. */
  Markup close() {
    try {
      out.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** An element without content. */
  Markup empty(String tag, String... attributes) {
    try {
      out.writeEmptyElement(tag);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** An element with a text. */
  Markup leaf(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  Markup text(String text) {
    try {
      out.writeCharacters(shown(text));
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  void end() {
    try {
      out.writeEndDocument();
      out.flush();
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      out.writeAttribute(attributes[i], shown(attributes[i + 1]));
    }
  }

  /** XML has no place for most control characters, and for two others. */
  private static String shown(String text) {
    return text.replaceAll("[\\p{Cntrl}\\uFFFE\\uFFFF&&[^\\t\\n]]", "\uFFFD");
  }

  private static IllegalStateException failed(XMLStreamException e) {
    return new IllegalStateException("Cannot write page: " + e.getMessage(), e);
  }
}
